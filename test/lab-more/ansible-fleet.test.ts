import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Checked, check, cli, resultOf, topologyOf } from "../net/check.ts";
import type { Lab } from "../net/lab.ts";
import { addAddress, addCable, addNode, addRoute, at, cmk, listen, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

vi.setConfig({ hookTimeout: 900_000 });

const integration = fileURLToPath(new URL("../../integrations/ansible/", import.meta.url));
const ports = { open: 8101, dropped: 8102, rejected: 8103, closed: 8104 } as const;
/** What is wrong with some of the hosts, and the words that their rows have. */
const faults = {
  host07: { fault: "nobody listens for ssh", words: /Connection refused/ },
  host19: { fault: "is not there", words: /timed out|No route to host/ },
  host23: { fault: "has no shell", words: /This account is currently not available/ },
  host31: { fault: "has a slow link", words: /nothing came within 20 seconds/ },
} as const satisfies Record<string, { fault: string; words: RegExp }>;

const hosts = Array.from({ length: 40 }, (_, at_) => {
  const number = at_ + 1;
  const name = `host${String(number).padStart(2, "0")}`;
  return {
    name,
    number,
    address: at(2, 10 + number).v4,
    fault: (faults as Record<string, { fault: string }>)[name]?.fault,
  };
});
const meant = (number: number) =>
  ({
    [ports.open]: "open",
    [ports.dropped]: number % 2 === 0 ? "silent" : "open",
    [ports.rejected]: number % 3 === 0 ? "prohibited" : "open",
    [ports.closed]: "refused",
  }) as Readonly<Record<number, string>>;

/** A namespace with its own sshd for each host, on one network behind the firewall. */
async function buildFleet(lab: Lab): Promise<void> {
  await addNode(lab, "cmk");
  await addNode(lab, "fw", { forwards: true });
  await addCable(lab, "cmk", "fw");
  await addAddress(lab, "cmk", "fw", 1, 2);
  await addAddress(lab, "fw", "cmk", 1, 1);
  await addRoute(lab, "cmk", 2, at(1, 1));
  await lab.script(`
    echo 'monitor:x:64213:64213::/run/monitor:/bin/sh' >>/etc/passwd
    echo 'nobody-home:x:64214:64213::/run/monitor:/usr/sbin/nologin' >>/etc/passwd
    printf 'monitor:*:19000::::::\\nnobody-home:*:19000::::::\\n' >>/etc/shadow
    mkdir -p /run/sshd /run/client /run/monitor && chown 64213 /run/monitor
    ssh-keygen -q -t ed25519 -N '' -f /run/client/key && cp /run/client/key.pub /run/monitor/keys
    ssh-keygen -q -t ed25519 -N '' -f /run/sshd/host-key
    sed 's/^/* /' /run/sshd/host-key.pub >/run/client/known
    printf 'Host *\\nIdentityFile /run/client/key\\nUserKnownHostsFile /run/client/known\\n' >/run/client/config
    printf '%s\\n' 'HostKey /run/sshd/host-key' 'PidFile none' 'UsePAM no' 'StrictModes no' 'UseDNS no' \\
      'AuthorizedKeysFile /run/monitor/keys' 'Subsystem sftp internal-sftp' >/run/sshd/config
    ip -n fw link add bridge type bridge
    ip -n fw link set bridge up
    ip -n fw addr add ${at(2, 1).v4}/24 dev bridge
    start() {
      ip netns add $1
      ip -n $1 link set lo up
      ip link add name lan netns $1 type veth peer name $1 netns fw
      ip -n fw link set $1 master bridge up
      ip -n $1 link set lan up
      ip -n $1 addr add $2/24 dev lan
      ip -n $1 route add default via ${at(2, 1).v4}
      [ "$3" != ssh ] || ip netns exec $1 /usr/sbin/sshd -f /run/sshd/config -o ListenAddress=$2
    }
    ${hosts.map(({ name, address }) => `start ${name} ${address} ${name === "host07" ? "none" : "ssh"}`).join("\n")}
    ip -n fw link set host19 down
    ip netns exec fw tc qdisc add dev host31 root tbf rate 16kbit burst 2kb latency 60s`);
  await listen(
    lab,
    "cmk",
    [ports.open, ports.dropped, ports.rejected].map((port) => ({ protocol: "tcp" as const, address: cmk.v4, port })),
  );
  const those = (divisor: number) =>
    hosts
      .filter(({ number }) => number % divisor === 0)
      .map(({ address }) => address)
      .join(", ");
  await setFirewall(lab, [
    `ip saddr { ${those(2)} } tcp dport ${ports.dropped} drop`,
    `ip saddr { ${those(3)} } tcp dport ${ports.rejected} reject with icmp type admin-prohibited`,
  ]);
}

let merged: Checked;
let fragments: string[];
let played: string;

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("sshd needs root to log another user in");
});
useLab(["ssh", "sshd", "ssh-keygen", "tc", "python3", "ansible-playbook", "ansible-inventory"], async (lab) => {
  if (!lab.privileged) return;
  await buildFleet(lab);
  const lines = hosts.map(({ name, address, fault }) => {
    const user = fault === "has no shell" ? "nobody-home" : "monitor";
    return `${name} ansible_host=${address} ansible_user=${user} portmatrix_probe_seconds=${fault === "has a slow link" ? 20 : 400}`;
  });
  // No module of Ansible can run on the hosts: there is no Python for it.
  const inventory = ["[fleet]", ...lines, "[fleet:vars]", "ansible_python_interpreter=/nonexistent", ""].join("\n");
  await writeFile(join(lab.dir, "inventory.ini"), inventory);
  await mkdir(join(lab.dir, "scripts"));
  const topology = topologyOf({
    server: { name: "cmk", address: cmk.v4, sites: [{ name: "main" }] },
    hosts: [{ ansible: "inventory.ini", group: "fleet", agent: "none", ping: false }],
    requirements: [{ from: "hosts", to: "cmk", tcp: Object.values(ports) }],
  });
  const file = join(lab.dir, "fleet.json");
  await writeFile(file, JSON.stringify(topology));
  const env = {
    HOME: "/run/client",
    PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
    ANSIBLE_CONFIG: join(integration, "ansible.cfg"),
    ANSIBLE_HOME: "/run/client",
    ANSIBLE_NOCOLOR: "1",
    ANSIBLE_SSH_ARGS: "-F /run/client/config -o ControlMaster=auto -o ControlPersist=60s",
  };
  const words = ["script", file, "--timeout", "2s", "--all", "--dir", join(lab.dir, "scripts")];
  await lab.must("cmk", [process.execPath, cli, ...words], { env });
  const playbook = ["ansible-playbook", "-i", join(lab.dir, "inventory.ini"), join(integration, "examine.yml")];
  const folders = { scripts_dir: "scripts", fragments_dir: "fragments" };
  const extra = Object.entries(folders).flatMap(([name, folder]) => [
    "-e",
    `portmatrix_probe_${name}=${join(lab.dir, folder)}`,
  ]);
  const { code, stdout, stderr } = await lab.on("cmk", [...playbook, "-f", "10", ...extra], { env });
  played = `${code}\n${stdout}${stderr}`;
  fragments = await readdir(join(lab.dir, "fragments"));
  merged = await check(lab, topology, {
    args: ["--section", "extra", "--timeout", "2s", "--merge", join(lab.dir, "fragments")],
    env,
  });
});

test("the playbook goes through, and every host gives one fragment", () => {
  expect(played).toMatch(/^0\n/);
  expect(fragments.toSorted()).toEqual(hosts.map(({ name }) => `${name}.txt`));
});

describe("one matrix", () => {
  test.each(hosts.filter(({ fault }) => fault === undefined))("$name: what is true", ({ name, number }) => {
    const seen = Object.values(ports).map((port) => [
      port,
      resultOf(merged, { from: name, protocol: "tcp", port }).outcome,
    ]);
    expect(Object.fromEntries(seen)).toEqual(meant(number));
  });

  test.each(Object.entries(faults))("%s says why it was not examined: $fault", (name, { words }) => {
    for (const port of Object.values(ports)) {
      const result = resultOf(merged, { from: name, protocol: "tcp", port });
      expect(result.verdict).toBe("error");
      expect(JSON.stringify(result)).toMatch(words);
    }
  });
});
