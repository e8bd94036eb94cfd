import { epmdNamesRequest, readEpmdNames } from "../../../wire/checkmk/epmd.ts";
import { printable } from "../../../model/text/printable.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters } from "../conversation/tls-evidence.ts";

/** Erlang's port mapper, asked for the names it knows (docs/notes/listening.md). It closes after its answer. */
export const askEpmd: ServiceProber = async (connection, _spec, context) => {
  connection.write(epmdNamesRequest);
  const received = await connection.read({ isEnough: () => false, withinMs: context.leftMs() });
  const names = readEpmdNames(received.bytes);
  // Four bytes alone could be anything, unless they are the port that was asked.
  if (names === undefined || (names.nodes.length === 0 && names.port !== context.port)) {
    return foundInstead(received, "answer to the names request");
  }
  if (received.ending !== "closed") return { finding: "other-answer", saw: "a list of Erlang nodes that does not end" };
  const nodes = names.nodes.map(({ name, port }) => `${name} at ${port}`).join(", ");
  return { finding: "verified", saw: printable(`epmd: ${nodes === "" ? "no nodes" : nodes}`, sawCharacters) };
};
