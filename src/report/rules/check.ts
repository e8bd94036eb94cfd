import type { HostRule } from "../../model/firewall/host-rule.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import { counted } from "../text/wording.ts";

/** A firewall compared with what a node needs, as `judge/firewall/check-host-rules.ts` gives it. */
interface Compared {
  node: string;
  rules: readonly { rule: HostRule; peer: string; state: "allowed" | "missing" | "shadowed" | "unclear"; by: string }[];
  unwritten: readonly { direction: "in" | "out"; peer: string; service: string }[];
  superfluous: readonly string[];
}

const states = { missing: "missing", shadowed: "shadowed", unclear: "cannot tell", allowed: "allowed" } as const;
const reasons = {
  missing: "dropped by",
  shadowed: "allowed by a later rule, but dropped first by",
  unclear: "that depends on",
  allowed: "by",
} as const;

/** The comparison as text, what is wrong first. */
export function renderRulesCheck({ node, rules, unwritten, superfluous }: Compared): string {
  const blocks = (["missing", "shadowed", "unclear", "allowed"] as const).flatMap((state) => {
    const own = rules.filter((one) => one.state === state);
    return own.map(({ rule, peer, by }) => `${states[state]}: ${describe(rule, peer)}; ${becauseOf(state, by)}`);
  });
  const unknown = unwritten.map(
    ({ direction, peer, service }) =>
      `cannot tell: ${service} ${direction === "in" ? "from" : "to"} ${peer}; its address is not known`,
  );
  const extra = superfluous.map((text) => `superfluous: ${text}`);
  const count = (state: keyof typeof states): number => rules.filter((one) => one.state === state).length;
  const head = `${node}: ${counted(rules.length + unwritten.length, "rule")} needed: ${count("allowed")} allowed, ${count("missing")} missing, ${count("shadowed")} shadowed, ${count("unclear") + unwritten.length} cannot tell; ${superfluous.length} superfluous`;
  return `${[head, ...blocks, ...unknown, ...extra].map((line) => escapeUnseen(line)).join("\n")}\n`;
}

const becauseOf = (state: keyof typeof reasons, by: string): string =>
  by === "" ? "no chain drops it" : `${reasons[state]} ${by}`;

function describe({ direction, protocol, port, requirements, family }: HostRule, peer: string): string {
  const service = port === undefined ? `ICMP echo (IPv${family})` : `${port}/${protocol}`;
  const isIn = direction === "in";
  const end =
    peer === "lo"
      ? `${isIn ? "coming in" : "going out"} over loopback, IPv${family}`
      : `${isIn ? "from" : "to"} ${peer}`;
  return `${service} ${end} (${requirements.join(", ")})`;
}
