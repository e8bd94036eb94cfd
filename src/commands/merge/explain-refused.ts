import { explainFailure } from "../../judge/inspection/explain-failure.ts";
import { readIpLiteral, withoutZone } from "../../model/address/ip-literal.ts";
import type { Plan } from "../../model/flow.ts";
import type { HostState, Inspection } from "../../model/inspection.ts";
import type { Observed } from "../../model/run/observed.ts";
import { plainText } from "../../model/text/printable.ts";
import { failureAt, seenIn } from "../../judge/inspection/failure.ts";
import type { ListeningFact, MergedFragments } from "./fragments.ts";

/**
 * Refusals at nodes whose scripts said what listens there: nothing does, or something does, and a firewall rejects. What a
 * vantage point of the target said of itself counts more and stays.
 */
export function explainRefused(
  { flows }: Pick<Plan, "flows">,
  observed: ReadonlyMap<string, Observed>,
  { listening }: Pick<MergedFragments, "listening">,
): void {
  if (listening.size === 0) return;
  for (const flow of flows) {
    const [fact, seen] = [listening.get(flow.to), observed.get(flow.probe)];
    if (fact === undefined || seen === undefined || seen.inspection !== undefined) continue;
    if (flow.expect !== "open" || flow.protocol === "icmp" || flow.from === flow.to) continue;
    const answer = seen.observation.answers.find((one) => one.address !== undefined && seenIn(one) === "refused");
    if (answer?.address === undefined) continue;
    const failure = {
      protocol: flow.protocol,
      port: flow.port,
      ...failureAt({ ...answer, address: answer.address }, []),
      settings: [],
      isAgent: false,
    };
    const host = hostOf(fact, failure.address);
    const found = explainFailure(failure, host);
    if (found === undefined || isUnsure(found, host)) continue;
    const through = plainText(`a script (${fact.tool})`).slice(0, 300);
    seen.inspection = { ...found, through, takenAt: fact.endedAt };
  }
}

/** A machine as its script saw it: what listens, and no word of its firewall. */
function hostOf({ places, own, foreign, knowsIpv6Only }: ListeningFact, asked: string): HostState {
  const literals = (texts: readonly string[]): string[] =>
    texts.map((text) => withoutZone(readIpLiteral(text)?.text ?? text));
  const isKnown = [...literals(own), ...literals(foreign)].includes(asked);
  return {
    listens: places.map(({ address, ...place }) => ({ ...place, address: literals([address])[0] ?? address })),
    ...(isKnown ? { addresses: literals(own) } : {}),
    rulesets: [],
    lists: [],
    sites: new Map(),
    unread: [
      { source: "nft", why: "a script does not read firewalls" },
      ...(knowsIpv6Only
        ? []
        : [{ source: "listeners" as const, why: "whether a socket of :: takes IPv4 is not known" }]),
    ],
  };
}

/** Whose address was asked is not known, so one that nothing listens on may be translated to one that something does. */
const isUnsure = ({ finding }: Inspection, { addresses }: HostState): boolean =>
  finding === "other-address" && addresses === undefined;
