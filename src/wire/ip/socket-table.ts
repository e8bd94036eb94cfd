import ipaddr from "ipaddr.js";

/** One socket as the kernel lists it (proc(5), /proc/net/tcp and its neighbours), or a flow that it tracks. */
export interface TableEntry {
  protocol: "tcp" | "udp";
  /** `handshake`: SYN received, and the answer not confirmed; `tracked`: a line of the table of tracked connections. */
  state: "listening" | "handshake" | "connection" | "tracked";
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  /** Number of the socket, by which its program is found; 0 for a handshake. */
  inode: number;
  /** Datagrams that the socket had no room for; 0 where that is not told. */
  drops: number;
  /** Connections that wait to be accepted (`sk_ack_backlog`), for a TCP socket that listens; else 0. */
  waiting: number;
}

/** What a machine's tables say of some ports. */
export interface SocketTable {
  /** False where the tables could not be read: then nothing in them proves nothing. */
  isReadable: boolean;
  entries: readonly TableEntry[];
  /** Names of the programs that hold a socket, as far as they can be seen. */
  names: ReadonlyMap<number, readonly string[]>;
}

const states: Readonly<Record<string, TableEntry["state"]>> = {
  "01": "connection",
  "03": "handshake",
  "0A": "listening",
};

/**
 * Reads the lines that a machine gives of its tables: `tables le` or `tables be` says how the kernel orders bytes, then
 * `tcp LINE`, `tcp6`, `udp`, `udp6` and `tracked LINE` as they are in the files, and `name INODE PROGRAM`.
 * Lines that are none of these are left out.
 */
export function readSocketTable(text: string): SocketTable {
  const entries: TableEntry[] = [];
  const names = new Map<number, string[]>();
  let order: string | undefined;
  for (const line of text.split("\n")) {
    const [kind = "", ...words] = line.trim().split(/\s+/);
    if (kind === "tables") order = words[0];
    else if (kind === "name") noteName(names, Number(words[0]), words.slice(1).join(" "));
    else {
      const entry = kind === "tracked" ? trackedIn(words) : socketIn(kind, words, order !== "be");
      if (entry !== undefined) entries.push(entry);
    }
  }
  return { isReadable: order !== undefined, entries, names };
}

function noteName(names: Map<number, string[]>, inode: number, name: string): void {
  const known = names.get(inode) ?? [];
  if (!Number.isSafeInteger(inode) || name === "" || known.includes(name) || known.length >= 8) return;
  names.set(inode, [...known, name]);
}

function socketIn(kind: string, words: readonly string[], isLittle: boolean): TableEntry | undefined {
  const protocol = /^(tcp|udp)6?$/.exec(kind)?.[1] as "tcp" | "udp" | undefined;
  const [, local = "", remote = "", code = "", queues = "", , , , , inode = ""] = words;
  const [own, peer] = [endOf(local, isLittle), endOf(remote, isLittle)];
  if (protocol === undefined || own === undefined || peer === undefined || !/^\d{1,15}$/.test(inode)) return undefined;
  // An open UDP socket has the state 07, a connected one 01 (net/ipv4/udp.c).
  const state = protocol === "udp" && code === "07" ? "listening" : states[code];
  if (state === undefined) return undefined;
  const last = words.at(-1) ?? "";
  const drops = protocol === "udp" && words.length >= 13 && /^\d{1,15}$/.test(last) ? Number(last) : 0;
  const isListener = protocol === "tcp" && state === "listening";
  const waiting = isListener ? Number.parseInt(/^[0-9A-F]{8}:([0-9A-F]{8})$/.exec(queues)?.[1] ?? "0", 16) : 0;
  return {
    protocol,
    state,
    ...own,
    remote: peer.local,
    remotePort: peer.localPort,
    inode: Number(inode),
    drops,
    waiting,
  };
}

/** `0100007F:0016`: words of 32 bits in the byte order of the machine, and the port. */
function endOf(text: string, isLittle: boolean): Pick<TableEntry, "local" | "localPort"> | undefined {
  const [, address = "", port = ""] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text) ?? [];
  if (address === "") return undefined;
  const groups = address.match(/.{8}/g) ?? [];
  const bytes = groups.flatMap((group) => {
    const four = (group.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
    return isLittle ? four.toReversed() : four;
  });
  return { local: literalOf(bytes), localPort: Number.parseInt(port, 16) };
}

function literalOf(bytes: number[]): string {
  const address = ipaddr.fromByteArray(bytes);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** The original direction of a line of /proc/net/nf_conntrack: its first source, destination and ports. */
function trackedIn(words: readonly string[]): TableEntry | undefined {
  const protocol = words[2];
  const first = (key: string): string => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  const [remote, local, remotePort, localPort] = [first("src"), first("dst"), first("sport"), first("dport")];
  if (protocol !== "tcp" && protocol !== "udp") return undefined;
  if (!ipaddr.isValid(remote) || !ipaddr.isValid(local)) return undefined;
  if (!/^\d{1,5}$/.test(remotePort) || !/^\d{1,5}$/.test(localPort)) return undefined;
  const [from, to] = [remote, local].map((one) => literalOf(ipaddr.parse(one).toByteArray())) as [string, string];
  const ports = { remotePort: Number(remotePort), localPort: Number(localPort) };
  if (ports.remotePort > 65_535 || ports.localPort > 65_535) return undefined;
  return { protocol, state: "tracked", remote: from, local: to, ...ports, inode: 0, drops: 0, waiting: 0 };
}
