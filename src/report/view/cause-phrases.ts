import type { Result } from "../../model/run.ts";
import type { Cause } from "./causes.ts";
import { reasonWords } from "../reasons/entries.ts";
import { counted, inOrder, listed, service } from "../text/wording.ts";

/** A cause in words: what it is about, and one piece of advice. */
export interface CausePhrase {
  headline: string;
  advice: string;
}

const names = (results: readonly Result[], of: (result: Result) => string): string[] => inOrder(results.map(of));
const sources = (results: readonly Result[]) => names(results, ({ from }) => from);
const targets = (results: readonly Result[]) => names(results, ({ to }) => to);

/** `3 nodes (web01, web02 and web03)`, or the name if there is one. */
function nodes(all: readonly string[]): string {
  return all.length === 1 ? `${all[0]}` : `${all.length.toLocaleString("en")} nodes (${listed(all)})`;
}

/** Says what the flows of a cause have in common and where to look first. */
export function phraseCause({ kind, results }: Cause): CausePhrase {
  const [first] = results;
  const own = first.advice ?? "";
  const from = nodes(sources(results));
  const to = nodes(targets(results));
  const what = service(first);
  switch (kind) {
    case "sender":
      return results.length === 1
        ? { headline: first.message, advice: own }
        : {
            headline: `${from} could not send ${counted(results.length, "flow")}${detail(first)}. This says nothing about the network.`,
            advice: own,
          };
    case "source":
      return {
        headline: `Nothing answered ${from}, whatever it asked: ${counted(results.length, "flow")} to ${to}.`,
        advice: `Look at the network of ${from} first: its interface, its default route and the firewall next to it.`,
      };
    case "targets":
      return targets(results).length === 1
        ? {
            headline: `${to} answered nothing that ${from} asked.`,
            advice: `See whether ${to} is up and its address right (${first.address}); then look for a route or a firewall rule that covers the whole host.`,
          }
        : {
            headline: `${to} answered nothing that ${from} asked.`,
            advice:
              "See whether they are up and their addresses right; then look for a route or a firewall rule that they share.",
          };
    case "service":
      return {
        headline: `${what} on ${to} (${serviceName(first)}): ${reasonWords[first.reason].cell} for ${from}.`,
        advice: reasonWords[first.reason].sharedAdvice?.service?.(first) ?? own,
      };
    case "port":
      return {
        headline: `${what} (${serviceName(first)}) from ${from}: ${reasonWords[first.reason].cell} on ${to}.`,
        advice: reasonWords[first.reason].sharedAdvice?.port?.(first) ?? own,
      };
    case "pair":
      return {
        headline: `${from} → ${to}: ${reasonWords[first.reason].cell} on ${listed(inOrder(results.map(service)))}.`,
        advice: own,
      };
    case "flow":
      return { headline: first.message, advice: own };
  }
}

const detail = ({ evidence }: Result): string => (evidence.detail === undefined ? "" : `: ${evidence.detail}`);

/** The service's name, unless it only repeats the port. */
const serviceName = (result: Result): string => (result.service === service(result) ? "required here" : result.service);
