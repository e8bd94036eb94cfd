import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { PingReading } from "./ping-output.ts";

/** "General failure": nothing was sent. Windows says it in the language of its user, with no sign besides the words. */
const generalFailure =
  /General failure|Allgemeiner Fehler|D.faillance g.n.rale|.chec g.n.ral|Error general|Errore generale|Falha [gG]eral|Algemene fout/;
/** Numbers behind `=` or `<`: Windows prints `TTL=` in every language, in front of it the time. */
const echo4 = /[=<]\s*(\d+)(?:[.,]\d+)?\s*[^\s\d=<]{0,4}\s+TTL=(\d+)/;
/** Over IPv6 there is neither size nor TTL: the time is all. */
const echo6 = /[=<]\s*(\d+)(?:[.,]\d+)?\s*[^\s\d=<]{0,4}$/;
const allLost = /\(100\s?%/;

/**
 * Reads what `ping -n 1 -w MS ADDRESS` of Windows printed, in whatever language: by addresses, `TTL=`, numbers and the
 * percentage, never by words (docs/notes/other-systems.md). The exit code is 0 also where a router says that the target
 * cannot be reached, and the line that says so names who did. That a firewall prohibits it is not to be told from other
 * errors there.
 */
export function readWindowsPing(output: string, exitCode: number | null): PingReading {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  for (const line of lines) {
    const from = addressIn(line);
    if (from === undefined) continue;
    const [, rtt, ttl] = echo4.exec(from.rest) ?? [];
    if (ttl !== undefined && exitCode === 0)
      return { kind: "open", rttMs: Number(rtt), ttl: Number(ttl), replyFrom: from.address };
    const [, rtt6] = from.address.includes(":") ? (echo6.exec(from.rest) ?? []) : [];
    if (rtt6 !== undefined && exitCode === 0) return { kind: "open", rttMs: Number(rtt6), replyFrom: from.address };
    // Headings end with a colon or name no sender: `Pinging 10.0.0.1 with 32 bytes of data:`.
    const said = /^[^=<]*?:?\s*([^:=<]+)$/.exec(from.rest)?.[1]?.trim();
    if (from.hasColon && said !== undefined && said !== "")
      return { kind: "unreachable", reporter: from.address, words: readable(said) };
  }
  const complaint = lines.find((line) => line.startsWith("PING:") || generalFailure.test(line));
  if (complaint !== undefined) return { kind: "unsent", cause: "no-route", words: readable(complaint) };
  if (exitCode === 1 && allLost.test(output)) return { kind: "silent" };
  return { kind: "unsent", cause: "internal", words: readable(lines.findLast((line) => line !== "") ?? "") };
}

/** The first address of a line, what stands behind it, and whether a colon ends what leads to the words. */
function addressIn(line: string): { address: string; rest: string; hasColon: boolean } | undefined {
  for (const [word] of line.matchAll(/[0-9A-Fa-f.:]+(?:%\w+)?:?/g)) {
    const address = readIpLiteral(word.replace(/:$/, "")) === undefined ? undefined : word.replace(/:$/, "");
    if (address === undefined) continue;
    const rest = line.slice(line.indexOf(word) + address.length);
    return { address, rest, hasColon: /:\s*\S/.test(rest) };
  }
  return undefined;
}

/** Windows writes in the code page of the console; what that made unreadable is not shown. */
const readable = (words: string): string => (words.includes("\uFFFD") ? "an error, in another language" : words);
