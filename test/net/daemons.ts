import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Daemon, Lab } from "./lab.ts";

/** A directory of its own for one daemon, writable for every user. */
async function directoryOf(lab: Lab, name: string): Promise<string> {
  const directory = join(lab.dir, name);
  await mkdir(directory, { recursive: true });
  await lab.run(["chmod", "0777", directory]);
  return directory;
}

/** Users that `startSnmpd` knows, in the words of snmpd.conf(5); each may read at its own security level at least. */
const snmpUsers = {
  plain: "",
  signs: `SHA "authentic-1"`,
  signs256: `SHA-256 "authentic-1"`,
  secret: `SHA "authentic-1" AES "private-12"`,
  modern: `SHA-256 "authentic-1" AES "private-12"`,
  blumenthal: `SHA-512 "authentic-1" AES-256 "private-12"`,
} as const;
const levels: Record<keyof typeof snmpUsers, string> = {
  plain: "noauth",
  signs: "auth",
  signs256: "auth",
  secret: "priv",
  modern: "priv",
  blumenthal: "priv",
};

/**
 * Starts Debian's snmpd on the given places (`udp:ADDRESS:PORT`, `udp6:[ADDRESS]:PORT`) with read-only community
 * `right-community` for v1 and v2c and the v3 users above; it says `the lab's agent` as sysDescr.
 */
export async function startSnmpd(lab: Lab, node: string, places: readonly string[], port = 161): Promise<Daemon> {
  const directory = await directoryOf(lab, `snmpd-${node}-${port}`);
  const users = Object.entries(snmpUsers) as [keyof typeof snmpUsers, string][];
  const config = [
    `rocommunity right-community`,
    `rocommunity6 right-community`,
    ...users.map(([name, keys]) => `createUser ${name} ${keys}`),
    ...users.map(([name]) => `rouser ${name} ${levels[name]}`),
    `sysDescr the lab's agent`,
  ].join("\n");
  const file = join(directory, "snmpd.conf");
  await writeFile(file, `${config}\n`);
  const argv = ["snmpd", "-f", "-Lo", "-C", "-c", file, "-p", join(directory, "pid"), ...places];
  return lab.start(node, argv, {
    env: { SNMP_PERSISTENT_DIR: join(directory, "state"), MIBS: "" },
    listens: [`udp/${port}`],
  });
}

/** Starts nginx on the given ports of all addresses; it answers `204` to everything, without TLS. */
export async function startNginx(lab: Lab, node: string, ports: readonly number[]): Promise<Daemon> {
  const directory = await directoryOf(lab, `nginx-${node}`);
  const listen = ports.map((port) => `listen [::]:${port} ipv6only=off;`).join(" ");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(" ");
  const file = join(directory, "nginx.conf");
  await writeFile(
    file,
    `daemon off; user root; worker_processes 1; pid ${directory}/pid; error_log stderr;
     events {} http { access_log off; ${temporary} server { ${listen} location / { return 204; } } }\n`,
  );
  const argv = ["nginx", "-e", "stderr", "-p", directory, "-c", file];
  return lab.start(node, argv, { listens: ports.map((port) => `tcp/${port}`) });
}

/** Starts dnsmasq as a name server on 53/udp and 53/tcp that knows `lab.test` and asks nobody else. */
export async function startDnsmasq(lab: Lab, node: string, addresses: readonly string[]): Promise<Daemon> {
  const argv = ["dnsmasq", "-d", "-C", "/dev/null", "-R", "-h", "-z"];
  const places = addresses.map((address) => `--listen-address=${address}`);
  return lab.start(node, [...argv, ...places, "--address=/lab.test/10.213.2.1"], { listens: ["udp/53", "tcp/53"] });
}

/** Starts chronyd as an NTP server on 123/udp that trusts its own clock and never touches the system's. */
export async function startChrony(lab: Lab, node: string): Promise<Daemon> {
  const directory = await directoryOf(lab, `chrony-${node}`);
  const file = join(directory, "chrony.conf");
  await writeFile(
    file,
    `local stratum 8\nallow all\npidfile ${directory}/pid\nbindcmdaddress ${directory}/command.sock\ncmdport 0\n`,
  );
  return lab.start(node, ["chronyd", "-d", "-x", "-u", "root", "-f", file], { listens: ["udp/123"] });
}

/** Starts rsyslogd on 514/udp and 514/tcp; what it receives is in `FILE` of the returned value. */
export async function startRsyslog(lab: Lab, node: string): Promise<Daemon & { file: string }> {
  const directory = await directoryOf(lab, `rsyslog-${node}`);
  const config = join(directory, "rsyslog.conf");
  const file = join(directory, "messages");
  await writeFile(
    config,
    `global(workDirectory="${directory}")
     module(load="imudp") input(type="imudp" port="514")
     module(load="imtcp") input(type="imtcp" port="514")
     action(type="omfile" file="${file}")\n`,
  );
  const argv = ["rsyslogd", "-n", "-f", config, "-i", join(directory, "pid")];
  return { ...(await lab.start(node, argv, { listens: ["udp/514", "tcp/514"] })), file };
}

/** Starts OpenSSH's sshd on 22/tcp of all addresses; nobody can log in. */
export async function startSshd(lab: Lab, node: string): Promise<Daemon> {
  const directory = `/run/sshd-${node}`; // the test's own directory is open to everybody, and sshd takes no such key
  await lab.run(["mkdir", "-p", "/run/sshd", directory]);
  await lab.script(`ssh-keygen -q -t ed25519 -N '' -f ${directory}/key`);
  const argv = ["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", `${directory}/key`, "-o", "PidFile=none"];
  return lab.start(node, argv, { listens: ["tcp/22"] });
}

const labServices = fileURLToPath(new URL("../../lab/services", import.meta.url));

/**
 * Starts a service of the container lab (lab/services/NAME/start) with its own settings, and waits for its sockets. Each
 * call gets a directory of its own, so one node can run the same service twice.
 */
export async function startService(
  lab: Lab,
  node: string,
  service: string,
  listens: readonly string[],
  settings: Record<string, string> = {},
): Promise<Daemon> {
  // /run is the lab's own; below the test's directory other users could not find their way.
  const run = `/run/lab/${service}-${listens.join("-").replaceAll("/", "")}`;
  await lab.script(`mkdir -p ${run}`);
  const env = { LAB_SERVICES: labServices, LAB_STATE: "/run/lab", LAB_RUN: run, ...settings };
  return lab.start(node, [join(labServices, service, "start")], { env, listens });
}
