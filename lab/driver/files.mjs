// The description of one node as the files that `box.sh` and `lab/on` read: one word, variable or line per line.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "./description.mjs";

/** What a container may do without cap_add; the same list in every engine since 2013. */
const dockerDefaults =
  "chown dac_override fowner fsetid kill mknod net_bind_service net_raw setfcap setgid setpcap setuid sys_chroot audit_write".split(
    " ",
  );
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What an image has besides Debian's packages and Node: the repository replaces the prober's own build of it. */
const imageContents = {
  "portmatrix-lab/prober": [{ source: fileURLToPath(new URL("../../", import.meta.url)), target: "/portmatrix" }],
};

/**
 * Interpreters that an image lacks though the machine may have them: programs by name, in whatever directory of PATH, and
 * paths. The targets of lab/images/interpreters/Dockerfile have the same.
 */
const withoutNode = ["portmatrix", "node", "nodejs"];
const withoutPython = [...withoutNode, "python3", "/usr/libexec/platform-python", "/omd"];
const withoutPerl = [...withoutPython, "perl"];
const lacks = {
  "portmatrix-lab/python": withoutNode,
  "portmatrix-lab/perl": withoutPython,
  "portmatrix-lab/bash": withoutPerl,
  "portmatrix-lab/bare": [...withoutPerl, "bash"],
};

/** Writes the files of a node into `box`. `description` has its configs and networks. */
export function writeBox(box, name, { services, configs, networks }) {
  const service = services[name];
  const file = (at, text) => {
    mkdirSync(dirname(join(box, at)), { recursive: true });
    writeFileSync(join(box, at), text);
  };
  const environment = { PATH: path, HOME: "/root", HOSTNAME: name, ...service.environment };
  file("environment", lines(Object.entries(environment).map(([key, value]) => `${key}=${value}`)));
  file("command", lines(service.command));
  file("directory", service.workingDirectory);
  file("capabilities", boundingSet(service.capabilities));
  file("sysctls", lines(Object.entries(service.sysctls).map(([key, value]) => `${key.replaceAll(".", "/")}=${value}`)));
  file("interfaces", lines(interfaceCommands(service, networks)));
  file("files/etc/hosts", lines(hostLines(name, service)));
  file("files/etc/resolv.conf", lines(resolverLines(service.names)));
  for (const { source, target } of service.configs) file(`files${target}`, `${configs[source]}\n`);
  const binds = [...service.volumes, ...(imageContents[service.image] ?? [])].map(
    ({ source, target }) => `${source}:${target}`,
  );
  const lacked = lacks[service.image];
  const nodeItself = lacked === undefined ? [`${process.execPath}:/usr/local/bin/node`] : [];
  file("binds", lines([...binds, ...nodeItself]));
  file("lacks", lines((lacked ?? []).flatMap((one) => (one.startsWith("/") ? one : everywhere(one)))));
}

const everywhere = (program) => path.split(":").map((directory) => `${directory}/${program}`);

function lines(all) {
  const broken = all.find((line) => line.includes("\n"));
  if (broken !== undefined) throw new LabError(`a value must fit on one line: ${broken}`);
  return all.map((line) => `${line}\n`).join("");
}

function boundingSet({ add, drop }) {
  const lower = (names) => names.map((name) => name.toLowerCase().replace(/^cap_/, ""));
  const dropped = lower(drop);
  const start = dropped.includes("all") ? [] : dockerDefaults.filter((name) => !dropped.includes(name));
  return ["-all", ...new Set([...start, ...lower(add)].map((name) => `+${name}`))].join(",");
}

const hostLines = (name, { attachments, extraHosts }) => [
  "127.0.0.1 localhost",
  "::1 localhost ip6-localhost ip6-loopback",
  ...attachments.flatMap(({ v4, v6 }) => [`${v4} ${name}`, `${v6} ${name}`]),
  ...extraHosts.map((entry) => entry.split("=").toReversed().join(" ")),
];

const resolverLines = ({ dns, search, options }) => [
  ...dns.map((address) => `nameserver ${address}`),
  ...(search.length === 0 ? [] : [`search ${search.join(" ")}`]),
  ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
];

/** ip(8) commands that run in the node: eth0, eth1, … in the order of the networks' names, as engines do it. */
function interfaceCommands({ attachments }, networks) {
  const commands = attachments.flatMap(({ network, v4, v6 }, at) => [
    `address add ${v4}/${lengthOf(networks[network], ".")} dev eth${at}`,
    `address add ${v6}/${lengthOf(networks[network], ":")} dev eth${at} nodad`,
    `link set eth${at} up`,
  ]);
  return ["link set lo up", ...commands];
}

const lengthOf = ({ subnets }, sign) => subnets.find((subnet) => subnet.includes(sign)).split("/")[1];

/** ip(8) commands that run in the world: one bridge per network, one cable per attachment. `pids` are ids outside. */
export function cableCommands({ networks, services }, pids) {
  const names = Object.keys(networks);
  const bridges = names.flatMap((_, at) => [`link add br${at} type bridge`, `link set br${at} up`]);
  let cable = 0;
  const cables = Object.entries(services).flatMap(([name, { attachments }]) =>
    attachments.flatMap(({ network }, at) => {
      const here = `c${cable++}`;
      return [
        `link add ${here} type veth peer name eth${at} netns ${pids.get(name)}`,
        `link set ${here} master br${names.indexOf(network)} up`,
      ];
    }),
  );
  return lines([...bridges, ...cables]);
}
