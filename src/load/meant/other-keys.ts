import type { OtherKey } from "../yaml/unknown-key.ts";
import type { Path } from "../yaml/place.ts";
import { asPortLine, portAndProtocolKeys } from "./port-line.ts";

type Fields = Readonly<Record<string, unknown>>;
/** Keys of this place that are meant, the likeliest first; or what to write in place of the key. */
type Meaning = readonly string[] | ((value: unknown, beside: Fields) => OtherKey);

const write =
  (line: string, ...means: string[]): Meaning =>
  () => ({ means, end: `; write ${line}` });
const unneeded: Meaning = () => ({ means: [], end: "; nothing here needs it: leave it out" });

/** The same meaning for several words. */
const each = (words: string, meaning: Meaning): Readonly<Record<string, Meaning>> =>
  Object.fromEntries(words.split(" ").map((word) => [word, meaning]));

const node: Readonly<Record<string, Meaning>> = {
  ...each("hostname host node host_name server_name", ["name", "address"]),
  ...each("fqdn dns dns_name", ["address", "name"]),
  ...each("ip ips ip_address ip_addresses ipaddress ip_addr ipv4 ipv6 addr ansible_host", ["address"]),
  ...each("description comment note notes label labels tag tags alias folder parents", unneeded),
};

const server: Readonly<Record<string, Meaning>> = {
  ...node,
  ...each("site omd_site", (value) => ({ means: ["sites"], end: `; write sites: [${asName(value, "main")}]` })),
  ...each("version edition", write("catalog: checkmk/VERSION at the top of the file")),
};

const sending = write("vantages: { NAME: { ssh: { user: NAME } } } at the top of the file");

/** Words that other tools and people have for the keys of a topology, by place. */
const otherKeys: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  "": {
    ...each("master central central_site central_server main monitoring monitoring_server checkmk cmk", ["server"]),
    ...each("remote remotes remote_servers remote_site slave slaves satellite satellites distributed", [
      "remote_sites",
    ]),
    ...each("nodes agents clients machines devices targets systems monitored_hosts", ["hosts"]),
    ...each("rules flows connections checks extra extra_requirements require required", ["requirements"]),
    ...each("relay_servers", ["relays"]),
    ...each("ssh vantage_points senders", ["vantages"]),
    ...each("internet external egress", ["outgoing"]),
    ...each("phase state status", ["stage"]),
    ...each("version edition", write("catalog: checkmk/VERSION")),
    ...each("sites site", write("sites: under server:")),
    ...each("title customer author logo", write("report: { title: TEXT, customer: TEXT, author: TEXT, logo: FILE }")),
    ...each("include", write("hosts: [{ include: FILE }]", "hosts")),
    ...each("description comment note notes", unneeded),
  },
  server,
  "server.sites": {
    ...each("site id", ["name"]),
    ...each("port", (value) => ({ means: [], end: `; write ports: { agent_receiver: ${asNumber(value)} }` })),
  },
  hosts: {
    ...node,
    ...each("port", (value) => ({ means: [], end: `; write ports: { agent: ${asNumber(value)} }` })),
    ...each("type platform system operating_system family os_family", ["os"]),
    ...each("mode agent_mode agent_type connection_mode", ["agent"]),
    ...each("icmp", ["ping"]),
    ...each("subnet cidr range", ["network"]),
    ...each("monitored_by monitored_from monitored_on sites", ["site"]),
    ...each("community snmp_community", write("snmp: { version: 2c, community: { env: NAME } }", "snmp")),
    ...each("snmp_version", write("snmp: 2c, or snmp: { version: 3, user: NAME }", "snmp")),
    ...each("vantage vantages ssh user username via", sending),
    ...each(
      "requirements tcp udp",
      write("requirements: [{ from: server, to: NAME, tcp: PORT }] at the top of the file"),
    ),
  },
  "hosts.snmp": {
    ...each("username user_name security_name login", ["user"]),
    ...each(
      "auth_password auth_key auth_pass auth_protocol authentication",
      write("auth: { protocol: sha, password: { env: NAME } }"),
    ),
    ...each(
      "priv_password priv_key priv_pass priv_protocol privacy privacy_password privacy_protocol encryption",
      write("priv: { protocol: aes, password: { env: NAME } }"),
    ),
    ...each("community_string read_community", write("community: { env: NAME }", "community")),
    ...each("port", write("ports: { snmp: PORT } beside snmp:")),
  },
  clusters: { ...each("hostname host cluster", ["name"]), ...each("members hosts servers", ["nodes"]) },
  "clusters.nodes": node,
  relays: node,
  requirements: {
    ...each("source src sender client initiator", ["from"]),
    ...each("destination dest dst target receiver server host", ["to"]),
    ...each(portAndProtocolKeys.join(" "), asPortLine),
    ...each("tcp_port tcp_ports", ["tcp"]),
    ...each("udp_port udp_ports", ["udp"]),
    ...each("ping echo", write("icmp: true", "icmp")),
    ...each("action state expected", ["expect"]),
    ...each("blocked deny denied closed", write("expect: blocked", "expect")),
    ...each("description comment reason note purpose", ["why"]),
    ...each("name", ["id"]),
  },
  "vantages.ssh": {
    ...each("username login", ["user"]),
    ...each("key keyfile key_file identity identity_file private_key", write("options: [-i, FILE]", "options")),
    ...each(
      "hostname host address ip",
      write('options: [-o, "HostName=ADDRESS"]; without it, ssh takes the address of the node'),
    ),
    ...each("password", write("options: [-i, FILE]; ssh is asked for no password")),
  },
};

/** `server.sites` for the place `["remote_sites", 0, "sites", 1]`. */
function placeName(path: Path): string {
  const [first, ...rest] = path.filter((step) => typeof step === "string");
  if (first === undefined) return "";
  if (first === "vantages") return ["vantages", ...rest.slice(1)].join(".");
  return [first === "remote_sites" ? "server" : first, ...rest].join(".");
}

/** What a key that the topology does not have means at its place, or `undefined`. `fields` is the map that it is in. */
export function otherKeyAt(path: Path, key: string, fields: unknown): OtherKey | undefined {
  const words = otherKeys[placeName(path)] ?? {};
  const word = key.toLowerCase().replaceAll(/[- ]/g, "_");
  const meaning = Object.hasOwn(words, word) ? words[word] : undefined;
  if (meaning === undefined) return undefined;
  const beside = Object(fields) as Fields;
  if (typeof meaning === "function") return meaning(beside[key], beside);
  const open = meaning.filter((one) => beside[one] === undefined);
  // Of `host` and `hostname` the first is the name.
  const before = Object.keys(beside).slice(0, Object.keys(beside).indexOf(key));
  const taken = new Set(
    before.flatMap((one) => (isPlainWord(words, one) ? (otherKeyAt(path, one, fields)?.means ?? []) : [])),
  );
  const meant = open.find((one) => !taken.has(one)) ?? open[0];
  return meant === undefined
    ? { means: [], end: `; ${meaning[0]}: says the same, so leave it out` }
    : { means: [meant], end: `; did you mean "${meant}"?` };
}

const isPlainWord = (words: Readonly<Record<string, Meaning>>, key: string): boolean =>
  Object.hasOwn(words, key) && typeof words[key] === "object";

/**
 * A topology in which the other words for its keys are replaced by those that were meant, so that what refers to them is
 * understood. Values are not looked at.
 */
export function withMeantKeys(value: unknown, path: Path = []): unknown {
  if (Array.isArray(value)) return value.map((one, at) => withMeantKeys(one, [...path, at]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const [meant = key] = otherKeyAt(path, key, value)?.means ?? [];
      return [meant, withMeantKeys(one, [...path, meant])];
    }),
  );
}

const asName = (value: unknown, otherwise: string): string =>
  typeof value === "string" && /^\w[\w.-]{0,40}$/.test(value) ? value : otherwise;

const asNumber = (value: unknown): string => (typeof value === "number" ? String(value) : "PORT");

/** Every place with its words, for the test that compares them with the schema. */
export const otherKeyPlaces: readonly { path: Path; words: readonly string[] }[] = Object.entries(otherKeys).map(
  ([place, words]) => ({ path: examplePath(place), words: Object.keys(words) }),
);

function examplePath(place: string): Path {
  const [first = "", ...rest] = place.split(".");
  if (first === "") return [];
  if (first === "vantages") return ["vantages", "NAME", ...rest];
  const lists = new Set(["sites", "nodes", "clusters", "hosts", "relays", "requirements"]);
  return [first, ...rest].flatMap((step) => (lists.has(step) ? [step, 0] : [step]));
}
