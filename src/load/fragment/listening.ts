import { damaged, numberOf, textOf } from "./words.ts";

/** `kernel` and `kernel+ss` are Linux; only ss knows whether a socket of `::` takes IPv4 (docs/notes/inspection.md). */
const sources: Readonly<Record<string, { knowsIpv6Only: boolean }>> = {
  kernel: { knowsIpv6Only: false },
  "kernel+ss": { knowsIpv6Only: true },
  windows: { knowsIpv6Only: false },
};

/**
 * What a script says of its own machine: how it was read, then `tcp/6556/0.0.0.0`, `tcp/6556/::/v6only`, `own/10.0.0.5` and
 * `foreign/10.0.0.6`; or `-` and why it could not be read. Still to be checked against its schema.
 */
export function listeningOf(line: string): object | string {
  const [how = "", ...words] = line.split(" ");
  if (how === "-") return textOf(words[0]);
  if (!Object.hasOwn(sources, how)) damaged("what listens is not read as scripts read it");
  const split = words.map((word) => word.split("/"));
  const addressesOf = (kind: string): string[] =>
    split.flatMap(([first, address = ""]) => (first === kind ? address : []));
  const places = split
    .filter(([first]) => first !== "own" && first !== "foreign")
    .map(([protocol, port, address, only, ...more]) => {
      if (more.length > 0 || (only !== undefined && only !== "v6only"))
        damaged("what listens is not written as scripts write");
      return { protocol, port: numberOf(port), address, ...(only === undefined ? {} : { isIpv6Only: true as const }) };
    });
  return { ...sources[how], places, own: addressesOf("own"), foreign: addressesOf("foreign") };
}
