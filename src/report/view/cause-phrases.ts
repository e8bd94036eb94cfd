import { openingFailureWords, readOpeningFailure } from "../../model/machine/opening-failure.ts";
import type { Result } from "../../model/run/run.ts";
import { as, brokenFamily, groupContrast, servicesBeside } from "./beside.ts";
import type { Cause } from "./cause.ts";
import { reasonWords } from "../reasons/entries.ts";
import { webProxyHint } from "../reasons/web-proxy.ts";
import { counted, inOrder, listed, nodes, service } from "../text/wording.ts";
import { familyOf } from "../text/answers-as.ts";

/** A cause in words: what it is about, and one piece of advice. */
export interface CausePhrase {
  headline: string;
  advice: string;
}

const names = (results: readonly Result[], of: (result: Result) => string): string[] => inOrder(results.map(of));
const sources = (results: readonly Result[]) => names(results, ({ from }) => from);
const targets = (results: readonly Result[]) => names(results, ({ to }) => to);

/** Says what the flows of a cause have in common and where to look first. */
export function phraseCause(cause: Cause): CausePhrase {
  const { headline, advice } = withContrast(cause, phraseKind(cause));
  const hint = cause.results.map(webProxyHint).find((one) => one !== "") ?? "";
  return { headline, advice: advice.includes(hint) ? advice : `${advice}${hint}` };
}

/** No headline and no advice for several flows forgets what answers at another address of the same target. */
function withContrast({ kind, results, beside }: Cause, { headline, advice }: CausePhrase): CausePhrase {
  const [first] = results;
  if (beside.length === 0 || (kind !== "service" && kind !== "port" && kind !== "pair")) return { headline, advice };
  const family = brokenFamily(beside);
  const where =
    family === undefined || advice === first.advice || servicesBeside(beside, results).length > 0
      ? ""
      : `Look at ${family} first: at what listens on it, and at its routes and firewall rules. `;
  return { headline: `${headline}${groupContrast(beside, results)}`, advice: `${where}${advice}` };
}

/** The flow whose advice is true of all: none that works at another address, where other ports do not. */
function adviser({ results, beside }: Cause): Result {
  const [first] = results;
  if (servicesBeside(beside, results).length === 0) return first;
  return results.find((one) => !beside.some(({ result }) => result.id === one.id)) ?? first;
}

function phraseKind(cause: Cause): CausePhrase {
  const { kind, results } = cause;
  const [first] = results;
  const own = adviser(cause).advice ?? "";
  const from = nodes(sources(results));
  const to = nodes(targets(results));
  const what = service(first);
  switch (kind) {
    case "sender":
      return results.length === 1
        ? { headline: first.message, advice: own }
        : {
            headline: `${from} could not send ${counted(results.length, "flow")}${whyNotSent(results)}. This says nothing about the network.`,
            advice: own,
          };
    case "source":
      return {
        headline: `Nothing responded to ${from}: ${counted(results.length, "flow")} to ${to}.`,
        advice: `Look at the network of ${from} first: its interface, its default route and the firewall next to it.`,
      };
    case "targets":
      return phraseTargets(cause);
    case "addresses":
      return phraseAddresses(cause);
    case "mute":
      return results.length === 1
        ? { headline: first.message, advice: own }
        : {
            headline: `${listed(inOrder(results.map(service)))}: silent for ${from}, which is normal for services that never answer.`,
            advice: `Silence proves neither an open port nor a block. Check on ${to} whether datagrams arrive (\`tcpdump\`), or send a test message and look for it there.`,
          };
    case "service":
      return {
        headline: `${what} on ${to} (${serviceName(first)}): ${reasonWords[first.reason].cell} for ${from}.${reportedBy(results)}`,
        advice: reasonWords[first.reason].sharedAdvice?.service?.(cause) ?? own,
      };
    case "port":
      return {
        headline: `${what} (${serviceName(first)}) from ${from}: ${reasonWords[first.reason].cell} on ${to}.${reportedBy(results)}`,
        advice: portAdvice(cause, own),
      };
    case "pair":
      return {
        headline: `${from} → ${to}: ${reasonWords[first.reason].cell} on ${listed(inOrder(results.map(service)))}.${reportedBy(results)}`,
        advice: own,
      };
    case "flow":
      return { headline: [first.message, ...otherAddresses(results)].join(" "), advice: own };
  }
}

/** Nodes that answered nobody. */
function phraseTargets({ results }: Cause): CausePhrase {
  const [first] = results;
  const [from, to] = [sources(results), targets(results)];
  const addresses = names(results, ({ address }) => address);
  const headline = `${nodes(to)} did not respond to ${nodes(from)}.`;
  if (results.every((one) => one.from === one.to)) {
    return {
      headline: `${nodes(to)} did not respond to itself (${listed(addresses)}).`,
      advice: `There is no network between them: look on ${first.to} for a rule of its own that drops (\`nft list ruleset\`), and whether its loopback interface is up.`,
    };
  }
  if (to.length === 1) {
    return {
      headline,
      advice: `See whether ${first.to} is up${addresses.includes(first.to) ? "" : ` and its address right (${listed(addresses)})`}; then look for a route or a firewall rule that covers the whole host.`,
    };
  }
  const networks = new Set(addresses.map(networkOf));
  return {
    headline,
    advice:
      networks.size === 1
        ? "See whether they are up and their addresses right; then look for a route or a firewall rule that they share."
        : `See whether they are up and their addresses right. They lie in ${networks.size} networks: look at what is common to these, or take them one by one.`,
  };
}

/** Addresses that answered nobody, while their nodes answered at others. */
function phraseAddresses({ results, works, beside }: Cause): CausePhrase {
  const [first] = results;
  const [from, to] = [sources(results), targets(results)];
  const dead = names(results, ({ address }) => address);
  const family = familyOf(first);
  const isFamily = family !== undefined && works.every((address) => familyOf({ address }) !== family);
  const other = family === "IPv6" ? "IPv4" : "IPv6";
  const them = to.length === 1 ? first.to : "these nodes";
  const advice = isFamily
    ? `Look at ${family} between ${nodes(from)} and ${them}: addresses, routes and firewall rules of that family. If it is not used, take these addresses out of the topology or the DNS.`
    : `See whether ${listed(dead)} still ${dead.length === 1 ? "belongs" : "belong"} to ${them}; then look for a route or a firewall rule for ${dead.length === 1 ? "that address" : "those addresses"}.`;
  const where = isFamily && to.length > 1 ? `over ${family}` : `at ${listed(dead)}`;
  const yet =
    isFamily && to.length > 1 ? `over ${other} they did` : `${to.length === 1 ? "it" : "they"} did at ${listed(works)}`;
  const what = as(beside);
  const asWhat = what === "" ? "" : `,${what}`;
  return { headline: `${nodes(to)} did not respond to ${nodes(from)} ${where}; ${yet}${asWhat}.`, advice };
}

/** `The same at fd00::5.`, for the other addresses of one flow. */
function otherAddresses([first, ...rest]: Cause["results"]): string[] {
  const others = rest.filter(({ address }) => address !== first.address);
  const alike = others.filter(({ reason }) => reason === first.reason);
  const unlike = others.filter(({ reason }) => reason !== first.reason);
  return [
    ...(alike.length === 0 ? [] : [`The same at ${listed(names(alike, ({ address }) => address))}.`]),
    ...unlike.map(({ address, reason }) => `At ${address}: ${reasonWords[reason].cell}.`),
  ];
}

/** Who said so, where ICMP errors named their senders. */
function reportedBy(results: readonly Result[]): string {
  const reporters = inOrder(
    results.flatMap(({ evidence: { reporter }, address }) =>
      reporter === undefined || reporter === address ? [] : [reporter],
    ),
  );
  return reporters.length === 0 ? "" : ` Reported by ${listed(reporters)}.`;
}

/** The reason in the words of the first flow; for several nodes also what they have in common. */
function whyNotSent(results: readonly [Result, ...Result[]]): string {
  const [{ from, evidence }] = results;
  if (evidence.detail === undefined) return "";
  const shared = openingFailureWords[readOpeningFailure(evidence.detail)];
  return sources(results).length === 1 ? `: ${evidence.detail}` : `: ${shared}; ${from}: ${evidence.detail}`;
}

/** The service's name, unless it only repeats the port. */
const serviceName = (result: Result): string => (result.service === service(result) ? "required here" : result.service);

/** Advice for one port of several nodes; none for all where the same port works in some of their networks. */
function portAdvice(cause: Cause, own: string): string {
  const networks = new Set(cause.results.map(({ address }) => networkOf(address)));
  if (cause.works.length > 0 && networks.size > 1) return own;
  return reasonWords[cause.results[0].reason].sharedAdvice?.port?.(cause) ?? own;
}

/** The /24 or /64 of an address; a name stands for itself. */
function networkOf(address: string): string {
  const family = familyOf({ address });
  if (family === "IPv4") return address.split(".").slice(0, 3).join(".");
  return family === "IPv6" ? address.split(":").slice(0, 4).join(":") : address;
}
