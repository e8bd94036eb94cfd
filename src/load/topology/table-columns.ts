/** Columns of a host table, in any order; `name` and `address` are required. */
export const hostColumns = [
  "name",
  "address",
  "site",
  "os",
  "agent",
  "ping",
  "special_agents",
  "active_checks",
] as const;
export type Column = (typeof hostColumns)[number];

const nameFirst = ["name", "address"] as const;
const addressFirst = ["address", "name"] as const;

/**
 * What a heading may mean, the likeliest first: a table with a `Name` and a `Hostname` has the address in the latter.
 * Headings are compared without case, blanks and signs. Spreadsheets of other languages have their own words.
 */
const meanings: Readonly<Record<string, readonly Column[]>> = {
  ...every(["name", "nodename", "devicename", "servername", "computername", "rechnername"], ["name"]),
  ...every(["host", "hostname", "node", "device", "server", "computer", "machine", "rechner"], nameFirst),
  ...every(["fqdn", "dns", "dnsname", "domainname"], addressFirst),
  ...every(["address", "addresses", "hostaddress", "networkaddress", "adresse", "adressen"], ["address"]),
  ...every(["ip", "ips", "ipaddress", "ipaddresses", "ipaddr", "ipadresse", "ipadressen", "adresseip"], ["address"]),
  ...every(["ipv4", "ipv4address", "ipv4adresse", "ipv6", "ipv6address", "ipv6adresse"], ["address"]),
  ...every(["site", "sitename", "omdsite", "checkmksite", "monitoringsite"], ["site"]),
  ...every(["os", "operatingsystem", "osfamily", "betriebssystem"], ["os"]),
  ...every(["agent", "agenttype", "checkmkagent"], ["agent"]),
  ...every(["ping", "icmp"], ["ping"]),
  ...every(["specialagents", "specialagent"], ["special_agents"]),
  ...every(["activechecks", "activecheck"], ["active_checks"]),
};

function every(words: readonly string[], columns: readonly Column[]): Record<string, readonly Column[]> {
  return Object.fromEntries(words.map((word) => [word, columns]));
}

const bare = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

function meaningsOf(heading: string): readonly Column[] {
  const word = bare(heading);
  return Object.hasOwn(meanings, word) ? (meanings[word] ?? []) : [];
}

/** True if a heading can be one of a host table. */
export function isColumn(heading: string): boolean {
  return meaningsOf(heading).length > 0;
}

/** What the headings of a table mean; `unnamed` for an empty one, which spreadsheets leave behind. */
export type Heading = Column | "unnamed" | { problem: "unknown" } | { problem: "twice"; first: string };

/**
 * Reads the headings of a table. A heading that may mean two things means what no other one does. Of addresses there
 * may be one column for IPv4 and one for IPv6.
 */
export function readHeadings(headings: readonly string[]): Heading[] {
  const found = new Map<number, Heading>();
  const holders = new Map<Column, string>();
  const take = (at: number, heading: string, candidates: readonly Column[]): void => {
    const free = candidates.find((column) => !holders.has(column));
    const [column] = free === undefined ? candidates : [free];
    if (column === undefined) return;
    const first = holders.get(column);
    if (first === undefined) holders.set(column, heading);
    const isPair = first !== undefined && isFamilyPair(first, heading);
    found.set(at, first === undefined || isPair ? column : { problem: "twice", first });
  };
  // What can mean one thing only goes first.
  for (const isSure of [true, false]) {
    for (const [at, heading] of headings.entries()) {
      const candidates = meaningsOf(heading);
      if ((candidates.length === 1) === isSure) take(at, heading, candidates);
    }
  }
  return headings.map((heading, at) => found.get(at) ?? (heading === "" ? "unnamed" : { problem: "unknown" }));
}

function isFamilyPair(one: string, other: string): boolean {
  const [first, second] = [bare(one), bare(other)];
  const familyOf = (word: string): string => (word.includes("ipv6") ? "6" : "4");
  return first.startsWith("ip") && second.startsWith("ip") && familyOf(first) !== familyOf(second);
}
