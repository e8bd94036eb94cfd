import { isLoopback } from "../../model/address/loopback.ts";
import { hasNothingToDo } from "../../model/reason.ts";
import { type Facts, service } from "../text/wording.ts";

/** What the codes of ICMP errors mean (RFC 792, RFC 1812 §5.2.7.1; RFC 4443 §3), as the end of "… says: …". */
const meanings: Readonly<Record<4 | 6, Readonly<Record<string, string>>>> = {
  4: {
    "3/0": "network unreachable",
    "3/1": "host unreachable",
    "3/2": "protocol unreachable",
    "3/3": "port unreachable",
    "3/5": "source route failed",
    "3/6": "network unknown",
    "3/7": "host unknown",
    "3/9": "network administratively prohibited",
    "3/10": "host administratively prohibited",
    "3/11": "network unreachable for this type of service",
    "3/12": "host unreachable for this type of service",
    "3/13": "communication administratively prohibited",
    "11/0": "time to live exceeded",
  },
  6: {
    "1/0": "no route to the destination",
    "1/1": "communication administratively prohibited",
    "1/2": "beyond the scope of the source address",
    "1/3": "address unreachable",
    "1/4": "port unreachable",
    "1/5": "source address failed the policy",
    "1/6": "route to the destination rejected",
    "3/0": "hop limit exceeded",
  },
};

type Reported = Pick<Facts, "address" | "evidence">;

/** `host unreachable (ICMP 3/1)`; the code alone where its meaning is rare. */
function meaningOf({ address, evidence: { icmpCode = "" } }: Reported): string {
  const meaning = meanings[address.includes(":") ? 6 : 4][icmpCode];
  return meaning === undefined ? `ICMP ${icmpCode}` : `${meaning} (ICMP ${icmpCode})`;
}

/**
 * Who refused, as far as it was seen: another address than the one asked sent an ICMP error; the asked one did; or the
 * time to live of a reset lets one suppose it.
 */
type Refuser = "between" | "between-likely" | "target" | "target-likely";

function refuserOf({ from, to, address, evidence: { reporter, resetFrom } }: Facts): Refuser | undefined {
  if (from === to || isLoopback(address)) return undefined;
  if (reporter !== undefined) return reporter === address ? "target" : "between";
  if (resetFrom === undefined) return undefined;
  return resetFrom === "host-likely" ? "target-likely" : "between-likely";
}

/** Who sent the refusal, as ` by 10.0.0.1 with port unreachable (ICMP 3/3)` behind the target; empty if not known. */
export function refusedBy(facts: Facts): string {
  const refuser = refuserOf(facts);
  if (refuser !== "between" && refuser !== "target") return "";
  const who = refuser === "target" ? "the address itself" : `${facts.evidence.reporter}`;
  return facts.protocol === "tcp" ? ` by ${who} with ${meaningOf(facts)}` : `, sent by ${who}`;
}

/** What a reset's time to live lets one suppose of who refused; empty if there was nothing to compare, or no need. */
export function supposedOf(facts: Facts): string {
  if (hasNothingToDo(facts.reason) && facts.reason !== "path-open-nothing-listens") return "";
  const refuser = refuserOf(facts);
  if (refuser === "target-likely")
    return ", probably by the host itself: the reset has the same hop count as its other replies";
  if (refuser === "between-likely")
    return ", probably by a firewall between the two nodes: the reset has a lower hop count than other replies of that address";
  return "";
}

/** What a refusal before the installation says of the path. */
export function pathBehindRefusal(facts: Facts): string {
  switch (refuserOf(facts)) {
    case "between":
      return `; that is not the host's answer, so the path is not proven to be open: ${facts.evidence.reporter} rejects it`;
    case "between-likely": // of run records that older versions wrote
      return "; the path is not proven to be open";
    case "target":
    case "target-likely":
      return "; the path is open as far as the host, where nothing listens yet or its own firewall rejects";
    case undefined:
      return `; the host is reachable and nothing listens there yet${
        facts.from === facts.to ? "" : ". Who sent the refusal is not known: the host, or a firewall that rejects"
      }`;
  }
}

/** What a refusal says where the port must be blocked. */
export function blockBehindRefusal(facts: Facts): string {
  switch (refuserOf(facts)) {
    case "between":
      return `; ${facts.evidence.reporter} is between the two nodes and rejects it, which is a block that looks like a closed port`;
    case "between-likely":
      return "; that would be a block that looks like a closed port";
    default:
      return "; nothing listens, but that is not yet a block: the refusal may come from the host itself";
  }
}

/** Where to look first when something in between refused; `undefined` where that is not known or supposed. */
export function whereRefused(facts: Facts): string | undefined {
  const { from, to } = facts;
  switch (refuserOf(facts)) {
    case "between":
      return `Look at the firewall rules of ${facts.evidence.reporter} for ${service(facts)} from ${from} to ${to}.`;
    case "between-likely":
      return `Look for a firewall between ${from} and ${to} that rejects ${service(facts)} with a reset; then see whether the service on ${to} listens.`;
    default:
      return undefined;
  }
}

/** Who said what: `10.0.0.1 says host unreachable (ICMP 3/1)`; `undefined` where no sender is known. */
export function reportOf(facts: Facts): string | undefined {
  const { from, address, evidence } = facts;
  const { reporter, localAddress, icmpCode, replySummary } = evidence;
  if (reporter === undefined) return undefined;
  const itself = reporter === localAddress ? `${from} itself (${reporter})` : reporter;
  const who = reporter === address ? "that address itself" : itself;
  const what = icmpCode === undefined ? `"${replySummary ?? facts.outcome}"` : meaningOf(facts); // ping has words only
  return `${who} says ${what}`;
}

/**
 * An "unreachable" that takes longer came from the last hop, which gives up on ARP after about three seconds; that of a
 * router or firewall comes at once (docs/notes/linux-network.md).
 */
export const slowUnreachableMs = 2_000;

/** Where to look when the sender of an "unreachable" is known; `undefined` where it is not. */
export function whereUnreachable({ to, from, address, rttMs = 0, evidence }: Facts): string | undefined {
  const { reporter, icmpCode, localAddress } = evidence;
  if (reporter === undefined || icmpCode === undefined) return undefined;
  const isUp = `See whether ${to} is up and has the address ${address}`;
  if (reporter === localAddress) return `${isUp}: no machine on the network of ${from} itself answers for it.`;
  const isV6 = address.includes(":");
  if (icmpCode === "11/0" || (isV6 && icmpCode === "3/0"))
    return `There is a routing loop near ${reporter}: look at its routes to ${address}.`;
  if (icmpCode === (isV6 ? "1/0" : "3/0") && reporter !== address)
    return `Look at the routing table of ${reporter}: it has no route to ${address}, or a rule there rejects with this error.`;
  if (reporter === address) return behindForward(rttMs > slowUnreachableMs, address, to);
  return rttMs > slowUnreachableMs
    ? `${isUp}: ${reporter} found no machine with that address on its network.`
    : `${isUp}; then look for a rule on ${reporter} that rejects with "unreachable".`;
}

/**
 * A host does not call itself unreachable. One that says so forwards the port to another machine, unless a rule of its
 * own rejects with that word, which comes at once (docs/notes/linux-network.md).
 */
function behindForward(isSlow: boolean, address: string, to: string): string {
  const forward = `${address} forwards this port to a machine behind it (a port forward, DNAT)`;
  return isSlow
    ? `${forward} that does not answer: see on ${to} where the port is forwarded to, and whether that machine is up.`
    : `${to} is up, because it says so itself. Either ${forward} that it cannot reach, or a rule of ${to} rejects with "unreachable": look at its rules for both (\`nft list ruleset\`).`;
}
