import type { FirstPacket } from "../../src/judge/firewall/matches.ts";
import { readRuleset } from "../../src/load/ruleset/ruleset.ts";
import type { Ruleset } from "../../src/model/firewall/ruleset.ts";

/** A listing of a firewall; what is none is an error. */
export const read = (text: string): Ruleset => {
  const ruleset = readRuleset(text);
  if (typeof ruleset === "string") throw new Error(ruleset);
  return ruleset;
};

/** A first packet over TCP that comes to a host; `more` changes it. */
export const packet = (source: string, port: number, more: Partial<FirstPacket> = {}): FirstPacket => ({
  family: source.includes(":") ? 6 : 4,
  source,
  target: source.includes(":") ? "fd00::1" : "10.1.1.1",
  protocol: "tcp",
  port,
  isLoopback: false,
  direction: "in",
  ...more,
});
