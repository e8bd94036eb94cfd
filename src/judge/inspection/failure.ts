import type { Failure } from "./explain-failure.ts";
import { readIpLiteral, withoutZone } from "../../model/address/ip-literal.ts";
import type { Answer } from "../../model/outcome.ts";

/** How a flow failed at one address, if it did. */
export function seenIn({ outcome, evidence }: Pick<Answer, "outcome" | "evidence">): Failure["seen"] | undefined {
  if (outcome.kind === "unsent") return undefined;
  if (outcome.kind !== "open") return outcome.kind;
  return evidence.service?.finding === "closed" ? "closed" : undefined;
}

/** How a flow failed at one address, and from which it came: one of `senders` where the probe does not say. */
export function failureAt(
  { outcome, evidence, ...answer }: Pick<Answer, "outcome" | "evidence"> & { address: string },
  senders: Iterable<string>,
): Pick<Failure, "address" | "family" | "sources" | "seen"> {
  const address = withoutZone(answer.address);
  const family = readIpLiteral(address)?.family ?? 4;
  const own = [...senders].flatMap((one) => readIpLiteral(one) ?? []);
  const sources =
    evidence.localAddress === undefined
      ? own.filter((one) => one.family === family).map(({ text }) => withoutZone(text))
      : [withoutZone(evidence.localAddress)];
  return { address, family, sources, seen: seenIn({ outcome, evidence }) ?? "silent" };
}
