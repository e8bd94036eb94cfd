import { bytesOf, damaged, numberOf, textOf } from "./words.ts";

/** Readers of the words behind the address, by the first of them. What they give is checked by the schema. */
const readers: Readonly<Record<string, (words: readonly string[]) => object>> = {
  open: ([afterUs, address, port]) => ({
    kind: "open",
    afterUs: numberOf(afterUs),
    ...(address === "-" ? {} : { local: { address, port: numberOf(port) } }),
  }),
  error: ([step, errno, afterUs, atCall, ...icmp]) => ({
    kind: "error",
    step: numberOf(step),
    errno,
    afterUs: numberOf(afterUs),
    isAtCall: flagOf(atCall),
    ...icmpOf(icmp),
  }),
  quiet: ([step, afterUs]) => ({ kind: "quiet", step: numberOf(step), afterUs: numberOf(afterUs) }),
  ended: ([step, afterUs]) => ({ kind: "ended", step: numberOf(step), afterUs: numberOf(afterUs) }),
  received: ([step, afterUs, bytes]) => ({
    kind: "received",
    step: numberOf(step),
    afterUs: numberOf(afterUs),
    bytes: bytesOf(bytes),
  }),
  datagram: ([step, afterUs, bytes, from, port, ttl, clockMs]) => ({
    kind: "datagram",
    step: numberOf(step),
    afterUs: numberOf(afterUs),
    bytes: bytesOf(bytes),
    from,
    port: numberOf(port),
    ...(ttl === "-" ? {} : { ttl: numberOf(ttl) }),
    ...(clockMs === "-" ? {} : { clockMs: numberOf(clockMs) }),
  }),
  secured: ([step, afterUs, protocol, ...certificates]) => ({
    kind: "secured",
    step: numberOf(step),
    afterUs: numberOf(afterUs),
    protocol,
    certificates: certificates.map(bytesOf),
  }),
  unsecured: ([step, afterUs, text]) => ({
    kind: "unsecured",
    step: numberOf(step),
    afterUs: numberOf(afterUs),
    text: textOf(text),
  }),
  ping: ([exitCode, output]) => ({ kind: "ping", exitCode: numberOf(exitCode), output: bytesOf(output) }),
  unsent: ([cause, text]) => ({ kind: "unsent", cause, text: textOf(text) }),
};

/** One fact, still to be checked against its schema. */
export function readFact(words: readonly string[]): object {
  const [kind = "", ...rest] = words;
  if (!Object.hasOwn(readers, kind)) damaged("a line says what no script says");
  return (readers[kind] as (typeof readers)[string])(rest);
}

function flagOf(word: string | undefined): boolean {
  if (word !== "0" && word !== "1") damaged("a yes or no is missing");
  return word === "1";
}

function icmpOf([first, code, sender, own, quoted]: readonly string[]): object {
  if (first === "-") return {};
  if (first === "none") return { icmp: "none" };
  return { icmp: { type: numberOf(first), code: numberOf(code), sender, isOwn: flagOf(own), quoted: bytesOf(quoted) } };
}
