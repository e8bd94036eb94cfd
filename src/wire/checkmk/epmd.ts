import { printable } from "../../model/text/printable.ts";

/** NAMES_REQ of the Erlang distribution protocol: two bytes of length and `n`. It lists names and changes nothing. */
export const epmdNamesRequest = Uint8Array.of(0, 1, 0x6e);

/** What the Erlang port mapper knows: its own port, and the nodes that registered with theirs. */
export interface EpmdNames {
  port: number;
  nodes: { name: string; port: number }[];
}

const mostNodes = 100;

/**
 * Reads NAMES_RESP (Erlang, erl_dist_protocol, "Get all registered names from the EPMD"): four bytes with epmd's port,
 * then lines `name NAME at port PORT`. `undefined` for everything else. The list may end in the middle of a line; that
 * line is left out. Of a longer list the first 100 nodes are read.
 */
export function readEpmdNames(bytes: Uint8Array): EpmdNames | undefined {
  const [one, two, high, low] = bytes;
  if (one !== 0 || two !== 0 || high === undefined || low === undefined) return undefined;
  const port = (high << 8) | low;
  const lines = new TextDecoder().decode(bytes.subarray(4)).split("\n").slice(0, -1);
  const nodes: EpmdNames["nodes"] = [];
  for (const line of lines.slice(0, mostNodes)) {
    const [, name, at] = /^name (\S+) at port (\d{1,5})$/.exec(line) ?? [];
    if (name === undefined || at === undefined) return undefined;
    nodes.push({ name: printable(name, 40), port: Number(at) });
  }
  return port === 0 ? undefined : { port, nodes };
}
