import type { DatagramCounts } from "../../model/run/responder.ts";

/** What came to a socket, to none, or to one that had no room or refused it: each datagram that passed the firewall is one of these. */
const counted = ["InDatagrams", "NoPorts", "InErrors"];

/**
 * Reads how many datagrams a machine received in all, and how many bytes wait at a port, from the lines of its tables that
 * begin with `snmp`, `snmp6` (/proc/net/snmp and snmp6) and `udp`, `udp6`. `undefined` where the counts are not told.
 */
export function readDatagramCounts(text: string, port: number): DatagramCounts | undefined {
  let names: readonly string[] | undefined;
  let four: number | undefined;
  let six = 0;
  let queuedBytes = 0;
  const own = port.toString(16).toUpperCase().padStart(4, "0");
  for (const line of text.split("\n")) {
    const [kind, first = "", ...words] = line.trim().split(/\s+/);
    if (kind === "snmp" && first === "Udp:") {
      if (names === undefined) names = words;
      else four = sumOf(names, words);
    } else if (kind === "snmp6" && counted.some((name) => first === `Udp6${name}`)) six += numberOf(words[0]);
    else if ((kind === "udp" || kind === "udp6") && words[0]?.endsWith(`:${own}`) === true)
      queuedBytes += Number.parseInt(/^[0-9A-F]{8}:([0-9A-F]{8})$/.exec(words[3] ?? "")?.[1] ?? "0", 16);
  }
  if (four === undefined || !Number.isSafeInteger(four + six) || !Number.isSafeInteger(queuedBytes)) return undefined;
  return { datagrams: four + six, queuedBytes };
}

/** The counts of a line by the names of the line before; `undefined` where one of them is missing. */
function sumOf(names: readonly string[], words: readonly string[]): number | undefined {
  let sum = 0;
  for (const name of counted) {
    const value = numberOf(words[names.indexOf(name)]);
    if (Number.isNaN(value)) return undefined;
    sum += value;
  }
  return sum;
}

const numberOf = (word: string | undefined): number =>
  word !== undefined && /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
