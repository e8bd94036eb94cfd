import { readIpLiteral } from "../../model/address/ip-literal.ts";
import { plainText } from "../../model/text/printable.ts";
import { type InspectionPart, inspectionPartSchema } from "../../model/inspection.ts";
import type { HopAnswer } from "../../model/run/walk.ts";
import type { IcmpFacts } from "../sockets.ts";

/** One line of a worker that is nothing but sockets; `id` is this side's number of a socket or a question. */
export type FarMessage =
  | {
      kind: "open";
      id: number;
      address?: string | undefined;
      port?: number | undefined;
      rttMs?: number | undefined;
      retransmits: number;
    }
  | { kind: "bound"; id: number; address?: string | undefined; port: number }
  | { kind: "data"; id: number; bytes: Buffer }
  | { kind: "sent" | "end" | "quiet"; id: number }
  | {
      kind: "datagram";
      id: number;
      from: string;
      port: number;
      afterMs: number;
      clockMs: number;
      ttl?: number | undefined;
      bytes: Buffer;
    }
  | { kind: "arrived"; id: number; from: string; port: number; clockMs: number; ttl?: number; bytes: Buffer }
  | { kind: "tables"; id: number; text: string }
  | { kind: "hop"; id: number; answer: HopAnswer }
  | { kind: "inspected"; id: number; part: InspectionPart }
  | {
      kind: "error";
      id: number;
      errno: string;
      isAtCall: boolean;
      afterMs: number | undefined;
      icmp: IcmpFacts | "none" | undefined;
    }
  | { kind: "names"; id: number; addresses: readonly { address: string; family: 4 | 6; isOwn: boolean }[] }
  | { kind: "nameless"; id: number; code: string; detail: string }
  | { kind: "route"; id: number; errno?: string | undefined }
  | { kind: "ping"; id: number; exitCode: number; output: string }
  | { kind: "failed"; detail: string };

const mostNames = 256;
const longestDetail = 300;

/** Reads one line of a worker; `undefined` for anything that no worker would say. */
export function readFarLine(line: string): FarMessage | undefined {
  const [kind = "", first = "", ...words] = line.split(" ");
  const parse = Object.hasOwn(parsers, kind) ? parsers[kind as keyof typeof parsers] : undefined;
  if (kind === "failed" && words.length === 0) return { kind, detail: plainText(textOf(first, longestDetail)) };
  if (parse === undefined) return undefined;
  try {
    return parse(whole(first, 1, Number.MAX_SAFE_INTEGER), words);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Thrown and caught in this file alone. */
class Unreadable extends Error {}

type Parser = (id: number, words: readonly string[]) => FarMessage;

const parsers = {
  open: (id, words) => {
    const [address, port, rtt, retransmits] = exactly(4, words);
    return {
      kind: "open",
      id,
      ...(address === "-" ? {} : { address: literal(address), port: whole(port, 1, 65_535) }),
      rttMs: duration(rtt),
      retransmits: whole(retransmits, 0, 255),
    };
  },
  bound: (id, words) => {
    const [address, port] = exactly(2, words);
    return {
      kind: "bound",
      id,
      ...(address === "-" ? {} : { address: literal(address) }),
      port: whole(port, 0, 65_535),
    };
  },
  data: (id, words) => ({ kind: "data", id, bytes: bytesOf(exactly(1, words)[0]) }),
  sent: (id, words) => ({ kind: "sent", id, ...nothing(words) }),
  end: (id, words) => ({ kind: "end", id, ...nothing(words) }),
  quiet: (id, words) => ({ kind: "quiet", id, ...nothing(words) }),
  arrived: (id, words) => {
    const [from, port, clock, ttl, bytes] = exactly(5, words);
    return {
      kind: "arrived",
      id,
      from: literal(from),
      port: whole(port, 0, 65_535),
      clockMs: whole(clock, 0, 8.64e15),
      ...(ttl === "-" ? {} : { ttl: whole(ttl, 0, 255) }),
      bytes: bytesOf(bytes),
    };
  },
  tables: (id, words) => ({ kind: "tables", id, text: bytesOf(exactly(1, words)[0]).toString("latin1") }),
  datagram: (id, words) => {
    const [from, port, after, clock, ttl, bytes] = exactly(6, words);
    return {
      kind: "datagram",
      id,
      from: literal(from),
      port: whole(port, 0, 65_535),
      afterMs: whole(after, 0, 1e12) / 1_000,
      clockMs: whole(clock, 0, 8.64e15),
      ...(ttl === "-" ? {} : { ttl: whole(ttl, 0, 255) }),
      bytes: bytesOf(bytes),
    };
  },
  error: (id, words) => {
    const [errno = "", atCall, after, ...rest] = words;
    if (!/^[A-Z][A-Z0-9]{1,20}$/.test(errno)) throw new Unreadable();
    const isAtCall = whole(atCall, 0, 1) === 1;
    return { kind: "error", id, errno, isAtCall, afterMs: duration(after), icmp: icmpOf(rest) };
  },
  hop: (id, words) => {
    const [source, after, kind, ...rest] = words;
    const seen = { sourcePort: whole(source, 0, 65_535), afterMs: whole(after, 0, 1e12) / 1_000 };
    if (kind === "open" || kind === "reply" || kind === "silent")
      return { kind: "hop", id, answer: { kind, ...seen, ...nothing(rest) } };
    const [errno = "", mtu, ...icmp] = rest;
    if (kind !== "error" || !/^[A-Z][A-Z0-9]{1,20}$/.test(errno)) throw new Unreadable();
    const bytes = whole(mtu, 0, 2 ** 32 - 1);
    return {
      kind: "hop",
      id,
      answer: { kind, ...seen, errno, ...(bytes === 0 ? {} : { mtu: bytes }), icmp: icmpOf(icmp) },
    };
  },
  inspected: (id, words) => {
    const [source, name, state, bytes] = exactly(4, words);
    const part = inspectionPartSchema.safeParse({
      source,
      ...(name === "-" ? {} : { name: bytesOf(name).toString("utf8") }),
      state,
      bytes: bytesOf(bytes).toString("base64"),
    });
    if (!part.success) throw new Unreadable();
    return { kind: "inspected", id, part: part.data };
  },
  names: (id, words) => {
    if (words.length === 0 || words.length > mostNames) throw new Unreadable();
    return { kind: "names", id, addresses: words.map(nameOf) };
  },
  nameless: (id, words) => {
    const [code, detail] = exactly(2, words);
    if (!/^[A-Z_]{1,20}$/.test(code)) throw new Unreadable();
    return { kind: "nameless", id, code, detail: plainText(textOf(detail, longestDetail)) };
  },
  route: (id, words) => {
    const [errno] = exactly(1, words);
    if (errno === "-") return { kind: "route", id };
    if (!/^[A-Z][A-Z0-9]{1,20}$/.test(errno)) throw new Unreadable();
    return { kind: "route", id, errno };
  },
  ping: (id, words) => {
    const [exitCode, output] = exactly(2, words);
    // Python says -9 of a program that was ended by a signal.
    return { kind: "ping", id, exitCode: whole(exitCode.replace(/^-/, ""), 0, 255), output: textOf(output, 16_384) };
  },
} as const satisfies Record<string, Parser>;

function exactly<const Count extends 1 | 2 | 4 | 5 | 6>(count: Count, words: readonly string[]): Words[Count] {
  if (words.length !== count) throw new Unreadable();
  return words as Words[Count];
}
interface Words {
  1: [string];
  2: [string, string];
  4: [string, string, string, string];
  5: [string, string, string, string, string];
  6: [string, string, string, string, string, string];
}

function nothing(words: readonly string[]): object {
  if (words.length > 0) throw new Unreadable();
  return {};
}

function whole(text: string | undefined, least: number, most: number): number {
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw new Unreadable();
  return value;
}

/** Milliseconds, written in microseconds; a worker without a clock for them says nothing. */
const duration = (text: string | undefined): number | undefined =>
  text === "-" ? undefined : whole(text, 0, 1e12) / 1_000;

function literal(text: string): string {
  const read = readIpLiteral(text);
  if (read === undefined) throw new Unreadable();
  return read.text;
}

function bytesOf(text: string): Buffer {
  if (text === "-") return Buffer.alloc(0);
  if (text.length % 2 === 1 || !/^[0-9a-f]+$/.test(text)) throw new Unreadable();
  return Buffer.from(text, "hex");
}

const textOf = (hex: string, longest: number): string =>
  /^(?:[0-9a-f]{2})*$/.test(hex) ? Buffer.from(hex, "hex").toString("utf8").slice(0, longest) : "";

function nameOf(word: string): { address: string; family: 4 | 6; isOwn: boolean } {
  const [, text = "", own = ""] = /^(\S+)\/([01])$/.exec(word) ?? [];
  const read = readIpLiteral(text);
  if (read === undefined) throw new Unreadable();
  return { address: read.text, family: read.family, isOwn: own === "1" };
}

function icmpOf(words: readonly string[]): IcmpFacts | "none" | undefined {
  if (words.length === 1 && words[0] === "-") return undefined;
  if (words.length === 1 && words[0] === "none") return "none";
  const [type, code, sender = "", own, quoted = ""] = words;
  if (words.length !== 5) throw new Unreadable();
  return {
    type: whole(type, 0, 255),
    code: whole(code, 0, 255),
    sender: literal(sender),
    isOwn: whole(own, 0, 1) === 1,
    quoted: bytesOf(quoted),
  };
}
