import type { OutcomeKind } from "../../model/outcome.ts";

/** What an ICMP error says about the packet it quotes. */
export type IcmpMeaning = Extract<OutcomeKind, "refused" | "prohibited" | "unreachable">;

const unreachable = { 4: 3, 6: 1 } as const;
const timeExceeded = { 4: 11, 6: 3 } as const;
const parameterProblem = { 4: 12, 6: 4 } as const;

/** Codes of "destination unreachable" that are more than that: RFC 1812 §5.2.7.1 and RFC 4443 §3.1. */
const unreachableCodes: Readonly<Record<4 | 6, Readonly<Record<number, IcmpMeaning | "none">>>> = {
  // "Fragmentation needed" (4) is no end: TCP and the kernel send smaller packets (RFC 1191 §3).
  4: { 3: "refused", 4: "none", 9: "prohibited", 10: "prohibited", 13: "prohibited" },
  6: { 1: "prohibited", 4: "refused", 5: "prohibited", 6: "prohibited" },
};

/**
 * The outcome that an ICMP error stands for, whatever the transport; `undefined` for messages after which a probe may
 * still be answered. Unlike the errno that the kernel makes of it, it tells every code apart.
 */
export function readIcmpError(family: 4 | 6, type: number, code: number): IcmpMeaning | undefined {
  switch (type) {
    case unreachable[family]: {
      const listed = unreachableCodes[family][code] ?? "unreachable";
      return listed === "none" ? undefined : listed;
    }
    case timeExceeded[family]:
      return code === 0 ? "unreachable" : undefined; // 1: a fragment is missing, which may yet come
    case parameterProblem[family]:
      return "unreachable";
    default:
      return undefined;
  }
}
