import ipaddr from "ipaddr.js";

/** The machine's own IPv4 addresses in /proc/net/fib_trie: leaves of which it says `host LOCAL`. */
export function readLocalAddresses4(text: string): string[] {
  const own = new Set<string>();
  let leaf = "";
  for (const line of text.split("\n")) {
    leaf = /\|-- (\d{1,3}(?:\.\d{1,3}){3})\s*$/.exec(line)?.[1] ?? leaf;
    if (/^\s*\/32 host LOCAL\s*$/.test(line) && ipaddr.IPv4.isValid(leaf)) own.add(leaf);
  }
  return [...own];
}

/** The machine's own IPv6 addresses in /proc/net/if_inet6 (proc(5)): 32 digits, then numbers and the device. */
export function readLocalAddresses6(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const digits = /^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+\s+\S+\s*$/.exec(line)?.[1];
    if (digits === undefined) return [];
    const bytes = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    const address = ipaddr.fromByteArray(bytes);
    return [address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()];
  });
}

/** One counter of /proc/net/netstat or /proc/net/snmp: a line of names, then one of values with the same first word. */
export function readCounter(text: string, group: string, name: string): number | undefined {
  const lines = text.split("\n").filter((line) => line.startsWith(`${group}: `));
  const [names = [], values = []] = lines.slice(0, 2).map((line) => line.trim().split(/\s+/));
  const value = values[names.indexOf(name)];
  return names.includes(name) && value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** A listening TCP socket as `ss -Hltne` prints it (ss(8)). */
export interface ListedListener {
  address: string;
  port: number;
  /** Connections that wait to be accepted, and how many may. */
  waiting: number;
  room: number;
  /** Of a socket of `::`: it takes no IPv4. */
  isIpv6Only: boolean;
}

/** Reads `ss -Hltne`; lines of another form are left out. */
export function readListeners(text: string): ListedListener[] {
  return text.split("\n").flatMap((line) => {
    const [, waiting, room, host = "", port, rest = ""] =
      /^LISTEN\s+(\d{1,10})\s+(\d{1,10})\s+(\S+):(\d{1,5})\s+\S+(.*)$/.exec(line) ?? [];
    const bare = host === "*" ? "::" : host.replace(/%.*$/, "").replaceAll(/^\[|\]$/g, "");
    if (waiting === undefined || !ipaddr.isValid(bare)) return [];
    const address = ipaddr.process(bare);
    return [
      {
        address: address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString(),
        port: Number(port),
        waiting: Number(waiting),
        room: Number(room),
        isIpv6Only: / v6only:1\b/.test(rest),
      },
    ];
  });
}
