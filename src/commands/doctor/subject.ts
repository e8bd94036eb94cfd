import { withoutSecrets } from "../../load/secret.ts";
import { isFile } from "../../load/text-file.ts";
import { loadTopology } from "../../load/topology/topology.ts";
import { parseAddress, whyNoAddress } from "../../model/address/address.ts";
import type { Subject } from "../../model/registration/doctor.ts";
import { InputError } from "../../model/text/problem.ts";
import { type Host, type Server, type Topology, isSiteName } from "../../model/topology/topology.ts";
import { type VantageSpec, type VantageSpecOf, isLocal, kindOf } from "../../model/topology/vantage-spec.ts";
import { type DoctorOptions, splitServer } from "./options.ts";
import { splitWords } from "./split-words.ts";
import { identify, listNodes, type Machine } from "../identify/identify.ts";
import { elsewhereError, isElsewhere, nodesElsewhere, readFrom, refuseElsewhere } from "../identify/sender-place.ts";
import { inventoryLister } from "../inventory/list-inventory.ts";
import type { Surroundings } from "../surroundings.ts";

/** Whose registration is replayed, and how to send from its two ends; an end that cannot send is absent. */
export interface Patient {
  subject: Subject;
  vantages: { host?: VantageSpec; server?: VantageSpec };
  /** Names and addresses of the machines that the topology names. */
  known: ReadonlySet<string>;
  /** False if the topology says that the host is not to be pinged. */
  pings: boolean;
  /** False if the port was given, as with `cmk-agent-ctl register --server HOST:PORT`. */
  discovers: boolean;
  /** Absent where options said all. */
  topology?: Topology;
  /** The node that this machine is said to be, if it has none of its addresses. */
  elsewhere: readonly string[];
  /** Environment of the programs that vantage points start: that of this process, without the secrets. */
  childEnv: Surroundings["env"];
}

const defaultTopology = "portmatrix.yaml";

/** What to type where neither a topology nor a server is given. */
const howToSay = [
  { file: "doctor registration", message: "say --server and --site, or a topology; there is no portmatrix.yaml here" },
  { file: "for example", message: "portmatrix doctor registration --server cmk.example.com --site main" },
  { file: "or", message: "portmatrix doctor registration topology.yaml --host web01" },
];

const standardPort = { agentReceiver: 8000, agent: 6556, web: [443, 80] } as const;

/** Reads options and topology. Without a topology `--server` and `--site` say enough. Bad input is an InputError. */
export async function readPatient(
  file: string | undefined,
  given: DoctorOptions,
  surroundings: Pick<Surroundings, "env" | "readStdin" | "signal" | "onChild">,
  machine: Machine,
): Promise<Patient> {
  const [options, here] = [readFrom(given), { env: surroundings.env, machine }];
  if (file === undefined && options.server !== undefined) return withoutTopology(options, here);
  if (file === undefined && !(await isFile(defaultTopology))) throw new InputError(howToSay);
  const path = file ?? defaultTopology;
  const { topology } = await loadTopology(path, {
    env: surroundings.env,
    listInventory: inventoryLister(surroundings),
    ...(path === "-" ? { stdin: await surroundings.readStdin() } : {}),
  });
  return fromTopology(topology, path, options, here);
}

/** Options as they were read: `--from NODE!` says that this machine is NODE, whatever its addresses. */
type Wanted = DoctorOptions & { isFromSure?: boolean };

async function withoutTopology(
  options: Wanted,
  { env, machine }: { env: Surroundings["env"]; machine: Machine },
): Promise<Patient> {
  const { site, host, from = "host" } = options;
  const given = readServer(options.server ?? "", options.port);
  if (site === undefined) refuse("--site", "say which site the agent is to register with: --site SITE");
  if (!isSiteName(site)) refuse("--site", `"${site}" is no name of a site: letters, digits, '.', '_' and inner '-'`);
  if (from !== "host" && from !== "server") {
    refuse("--from", `"${from}" is neither host nor server; without a topology this machine is one of these two`);
  }
  if (from === "server" && host === undefined)
    refuse("--host", "say which host the server shall reach: --host ADDRESS");
  const subject: Subject = {
    server: given.address,
    addresses: [given.address],
    site,
    ...(host === undefined ? {} : { host }),
    hostAddresses: host === undefined ? [] : [readAddress("--host", host)],
    agent: "pull",
    agentPort: standardPort.agent,
    expectedPort: given.port ?? standardPort.agentReceiver,
    expectedFrom: given.port === undefined ? "default" : "option",
    otherWebPorts: [],
    plainWebPorts: [],
    proxies: from === "host" && options.via === undefined ? proxiesIn(env) : [],
  };
  const known = new Set(subject.addresses);
  const via = readVia(options, undefined);
  const own = via !== undefined ? [] : from === "server" ? subject.addresses : subject.hostAddresses;
  const elsewhere = own.length > 0 && (await isElsewhere(own, machine)) ? [`the ${from}`] : [];
  // An address behind --host is that by which the server reaches it, so only who says --from is contradicted.
  if (options.from !== undefined && elsewhere.length > 0 && options.isFromSure !== true)
    throw elsewhereError(from, own, `the ${from}`);
  const vantages: Patient["vantages"] = { [from]: via ?? "local" };
  return { subject, vantages, known, pings: true, discovers: given.port === undefined, elsewhere, childEnv: env };
}

async function fromTopology(
  topology: Topology,
  file: string,
  options: Wanted,
  { env, machine }: { env: Surroundings["env"]; machine: Machine },
): Promise<Patient> {
  const servers = [topology.server, ...topology.remote_sites];
  const senders = await sendersOf(topology, file, options, machine);
  const host = hostOf(topology, file, options.host, senders);
  const siteName = options.site ?? host.site;
  const owned = servers.flatMap((server) => server.sites.map((site) => ({ server, site })));
  const found = siteName === undefined ? owned[0] : owned.find(({ site }) => site.name === siteName);
  if (found === undefined) {
    refuse("--site", `the topology has no site "${siteName}"; sites: ${listNodes(owned.map(({ site }) => site.name))}`);
  }
  const { server, site } = found;
  const isNode = options.server === undefined || options.server === server.name;
  const given = isNode ? { address: undefined, port: options.port } : readServer(options.server ?? "", options.port);
  const expected = given.port ?? site.ports.agent_receiver;
  const vantages = vantagesOf(host, server, senders);
  const via = readVia(options, topology.vantages[host.name]);
  if (via !== undefined) vantages.host = via;
  if (vantages.host === undefined && options.from !== server.name) {
    refuse(file, whereToRun(host.name, server.name, [...senders.keys()]));
  }
  const ends = Object.entries({ [host.name]: vantages.host, [server.name]: vantages.server });
  const said = ends.flatMap(([node, spec]) => (isLocal(spec) ? [node] : []));
  const elsewhere = await nodesElsewhere(topology, said, machine);
  refuseElsewhere(topology, options, elsewhere);
  const subject: Subject = {
    server: server.name,
    addresses: given.address === undefined ? server.address : [given.address],
    site: site.name,
    host: host.name,
    hostAddresses: host.address,
    agent: host.agent,
    agentPort: host.ports.agent ?? standardPort.agent,
    expectedPort: expected ?? standardPort.agentReceiver,
    expectedFrom: given.port === undefined ? (expected === undefined ? "default" : "topology") : "option",
    otherWebPorts: otherWebPorts(server),
    plainWebPorts: server.ports.http === undefined ? [] : [server.ports.http],
    proxies: isLocal(vantages.host) ? proxiesIn(env) : [],
    topology: file,
  };
  const nodes = [...servers, ...topology.hosts];
  const known = new Set([...nodes.flatMap(({ name, address }) => [name, ...address]), ...subject.addresses]);
  const childEnv = withoutSecrets({ topology, env });
  const discovers = given.port === undefined;
  return { subject, vantages, known, pings: host.ping, discovers, topology, elsewhere, childEnv };
}

/** `--from NODE` says that this machine is NODE, and no other; else as `check` finds out who can send. */
async function sendersOf(
  topology: Topology,
  file: string,
  { from, via }: DoctorOptions,
  machine: Machine,
): Promise<Map<string, VantageSpec>> {
  const asked = identify(topology, file, from, machine);
  const here = via === undefined ? await asked : await asked.catch(() => []); // then this machine need be none of them
  const declared = from === undefined ? Object.entries(topology.vantages) : [];
  return new Map<string, VantageSpec>([...declared, ...here.map((node): [string, VantageSpec] => [node, "local"])]);
}

/** The host that is asked for; without `--host` the one that can send, or the only one. */
function hostOf(
  { hosts }: Topology,
  file: string,
  wanted: string | undefined,
  senders: ReadonlyMap<string, VantageSpec>,
): Host {
  const names = listNodes(hosts.map(({ name }) => name));
  if (wanted !== undefined) {
    const found = hosts.find(({ name }) => name === wanted);
    return found ?? refuse("--host", `the topology has no host "${wanted}"; hosts: ${names}`);
  }
  const local = hosts.filter(({ name }) => isLocal(senders.get(name)));
  const [host, ...others] = local.length > 0 ? local : hosts;
  if (host === undefined || others.length > 0)
    refuse(file, `say which host is to register: --host NAME; hosts: ${names}`);
  return host;
}

function vantagesOf(host: Host, server: Server, senders: ReadonlyMap<string, VantageSpec>): Patient["vantages"] {
  const [forHost, forServer] = [senders.get(host.name), senders.get(server.name)];
  return {
    ...(forHost === undefined ? {} : { host: forHost }),
    ...(forServer === undefined ? {} : { server: forServer }),
  };
}

/** `--via COMMAND`, as words; what it starts is what `--via-shell` says, else what the topology declares for the host. */
function readVia(
  { via: text, viaShell }: DoctorOptions,
  declared: VantageSpec | undefined,
): VantageSpecOf<"exec"> | undefined {
  if (text === undefined) {
    if (viaShell !== undefined) refuse("--via-shell", "say the command in front of it: --via COMMAND");
    return undefined;
  }
  const words = splitWords(text);
  if (words === undefined || words.length === 0)
    refuse("--via", "say the command that runs a program there, e.g. 'ssh web01'");
  const shell = viaShell ?? (isExec(declared) ? declared.shell : undefined);
  return { exec: words, ...(shell === undefined ? {} : { shell }) };
}

const isExec = (spec: VantageSpec | undefined): spec is VantageSpecOf<"exec"> =>
  spec !== undefined && kindOf(spec) === "exec";

function whereToRun(host: string, server: string, senders: readonly string[]): string {
  const here =
    senders.length === 0 ? "this machine is none of its nodes" : `probes can start at ${listNodes(senders)} only`;
  return `a registration starts at ${host}, and ${here}; run portmatrix there with --from ${host}, or declare "vantages: {${host}: {exec: [ssh, -T, ${host}]}}"; --from ${server} on ${server} tries the way back alone`;
}

function otherWebPorts({ ports }: Server): number[] {
  const { http, https } = ports;
  return [https, http].filter(
    (port) => port !== undefined && !standardPort.web.some((one) => one === port),
  ) as number[];
}

/** Variables that curl obeys and the controller does not (curl(1), ENVIRONMENT). */
function proxiesIn(env: Surroundings["env"]): string[] {
  const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"];
  return names.filter((name) => (env[name] ?? "") !== "");
}

function readServer(text: string, option: number | undefined): { address: string; port: number | undefined } {
  const { server, port } = splitServer(text);
  if (port !== undefined && option !== undefined && port !== option) {
    refuse("--port", `${option} contradicts --server ${text}`);
  }
  if (port !== undefined && (port < 1 || port > 65_535)) refuse("--server", `"${port}" is not a port`);
  return { address: readAddress("--server", server), port: option ?? port };
}

function readAddress(option: string, text: string): string {
  const address = parseAddress(text);
  return address?.text ?? refuse(option, whyNoAddress(text));
}

function refuse(file: string, message: string): never {
  throw new InputError([{ file, message }]);
}
