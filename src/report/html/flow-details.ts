import type { Result } from "../../model/run/run.ts";
import type { Proof } from "../../model/verdict.ts";
import { commandAt, duration, service, shellWord } from "../text/wording.ts";

/** What a proof is worth, in words. */
const proofs: Record<Proof, string> = {
  proven: "proven: the service or a responder answered",
  observed: "observed: a packet came back",
  inferred: "inferred from silence",
  none: "none",
};

/** The command that probes one flow again; it is run at the node where the flow starts. */
export function commandFor(
  result: Pick<Result, "from" | "to" | "protocol" | "port">,
  topology: string | undefined,
): string {
  const { from, to, port, protocol } = result;
  const what = port === undefined ? protocol : `${port}/${protocol}`;
  const only = from === to ? [what] : [to, what];
  return [commandAt(from, topology), ...only.map((term) => `--only ${shellWord(term)}`)].join(" ");
}

/** What is known of a flow besides its sentences, as pairs of name and value; `tool` is what a script there sent it with. */
export function factsOf(result: Result, tool?: string): [name: string, value: string][] {
  const { address, expect, outcome, rttMs, attempts, takenAt, vantage, reason, proof, requirement, id } = result;
  const facts: [string, string | undefined][] = [
    ["Asked", `${address}, ${service(result)}`],
    ["Must be", expect === "open" ? "reachable" : "blocked"],
    ["Seen", outcome],
    ["First answer after", rttMs === undefined ? undefined : duration(rttMs)],
    ["Attempts", String(attempts)],
    ["Asked at", takenAt === undefined ? undefined : `${takenAt.slice(0, 19).replace("T", " ")} UTC`],
    ["Asked by", takenAt === undefined || tool === undefined ? undefined : `a script there, with ${tool}`],
    ["Sent from", vantage ?? "not sent"],
    ["Reason", reason],
    ["Proof", proofs[proof]],
    ["Requirement", requirement],
    ["Flow", id],
  ];
  return facts.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
}

/** `localAddress` → `local address`, `rttMs` → `rtt ms`. */
const spelled = (key: string): string => key.replaceAll(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();

/** The evidence of a flow, spread out: `snmp sys descr` → `Linux …`. Nothing is left out. */
export function evidenceOf(result: Pick<Result, "evidence">): [name: string, value: string][] {
  return spread("", result.evidence);
}

function spread(name: string, value: unknown): [string, string][] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => {
      const part = Array.isArray(value) ? `${Number(key) + 1}` : spelled(key);
      return spread(name === "" ? part : `${name} ${part}`, inner);
    });
  }
  return value === undefined ? [] : [[name, typeof value === "boolean" ? (value ? "yes" : "no") : String(value)]];
}
