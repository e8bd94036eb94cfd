import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FirstPacket } from "../../judge/firewall/matches.ts";
import { walk } from "../../judge/firewall/walk.ts";
import { readRuleset } from "./ruleset.ts";
import { readWindowsExport } from "./windows-export.ts";

type Entry = Record<string, unknown>;
const rule = (displayName: string, more: Entry = {}): Entry => ({
  displayName,
  direction: "Inbound",
  action: "Allow",
  protocol: "TCP",
  ...more,
});
const profile = (name: string, more: Entry = {}): Entry => ({
  name,
  enabled: "True",
  inbound: "NotConfigured",
  outbound: "NotConfigured",
  allowsInboundRules: "NotConfigured",
  ...more,
});
const exported = (rules: readonly Entry[], more: Entry = {}): string =>
  JSON.stringify({
    firewall: "windows",
    active: ["DomainAuthenticated"],
    profiles: [profile("Domain"), profile("Private"), profile("Public", { enabled: "False" })],
    rules,
    ...more,
  });

const packet: FirstPacket = {
  family: 4,
  source: "10.0.0.5",
  target: "10.1.1.1",
  protocol: "tcp",
  port: 6556,
  isLoopback: false,
  direction: "in",
};
const echo: FirstPacket = { ...packet, protocol: "icmp" };
function fate(text: string, one: FirstPacket = packet): string {
  const ruleset = readRuleset(text);
  if (typeof ruleset === "string") throw new Error(ruleset);
  const { kind, by } = walk(ruleset, [one.direction === "out" ? "output" : "input"], one);
  return `${kind}: ${by}`;
}

describe("what is exported on Windows", () => {
  it.each<[string, Entry[], string]>([
    ["the default", [], "dropped: the default for inbound packets"],
    ["a port", [rule("a", { localPort: "6556" })], 'passes: Allow "a"'],
    ["ports", [rule("a", { localPort: ["22", "6000-7000"] })], 'passes: Allow "a"'],
    ["another port", [rule("a", { localPort: ["22"] })], "dropped: the default for inbound packets"],
    ["a source", [rule("a", { remoteAddress: ["10.0.0.5", "fd00::5"] })], 'passes: Allow "a"'],
    ["a network with its mask", [rule("a", { remoteAddress: "10.0.0.0/255.255.255.0" })], 'passes: Allow "a"'],
    [
      "another network",
      [rule("a", { remoteAddress: "10.0.1.0/255.255.255.0" })],
      "dropped: the default for inbound packets",
    ],
    ["a range", [rule("a", { remoteAddress: "10.0.0.1-10.0.0.9" })], 'passes: Allow "a"'],
    ["a word for a network", [rule("a", { remoteAddress: "LocalSubnet" })], 'unclear: Allow "a"'],
    [
      "a block wins, wherever it stands",
      [rule("a"), rule("b", { action: "Block", localPort: "6556" })],
      'dropped: Block "b"',
    ],
    ["a rule for a program", [rule("a", { limits: ["program C:\\x.exe"] })], 'unclear: Allow "a" (program C:\\x.exe)'],
    ["a rule for an app package", [rule("a", { package: "S-1-15-2-1" })], "dropped: the default for inbound packets"],
    ["a rule of the profile", [rule("a", { profile: "Domain, Private" })], 'passes: Allow "a"'],
    ["a rule of another profile", [rule("a", { profile: "Public" })], "dropped: the default for inbound packets"],
    ["ports that Windows chooses", [rule("a", { localPort: "RPC" })], 'unclear: Allow "a"'],
    ["the mapper of RPC", [rule("a", { localPort: "RPCEPMap" })], "dropped: the default for inbound packets"],
    [
      "a rule of the other direction",
      [rule("a", { direction: "Outbound" })],
      "dropped: the default for inbound packets",
    ],
    ["a source port", [rule("a", { remotePort: "1000" })], 'unclear: Allow "a"'],
    ["an action that is not known", [rule("a", { action: "Perhaps" })], 'unclear: Perhaps "a"'],
  ])("%s", (_name, rules, expected) => expect(fate(exported(rules))).toBe(expected));

  it("an echo request by its type", () => {
    const of = (protocol: string, icmpType: string) => fate(exported([rule("a", { protocol, icmpType })]), echo);
    expect(of("ICMPv4", "8")).toBe('passes: Allow "a"');
    expect(of("ICMPv4", "8:0")).toBe('passes: Allow "a"');
    expect(of("ICMPv4", "3")).toMatch(/^dropped/);
    expect(of("ICMPv6", "128")).toMatch(/^dropped/);
    expect(of("1", "Any")).toBe('passes: Allow "a"');
  });

  it("what the profile says", () => {
    const of = (more: Entry, one = packet) => fate(exported([rule("a")], { profiles: [profile("Domain", more)] }), one);
    expect(of({ enabled: "False" })).toBe("passes: the firewall, which is off");
    expect(of({ allowsInboundRules: "False" })).toBe("dropped: AllowInboundRules False of the profile");
    expect(of({}, { ...packet, direction: "out" })).toBe("passes: the default for outbound packets");
    expect(of({ outbound: "Block" }, { ...packet, direction: "out" })).toBe(
      "dropped: the default for outbound packets",
    );
    expect(of({}, { ...packet, isLoopback: true })).toBe("passes: loopback");
    expect(fate(exported([rule("a", { profile: "Domain" })], { active: ["Public", "DomainAuthenticated"] }))).toMatch(
      /^unclear/,
    );
  });

  it("any value is read without an error, and the text of others is refused with what to give", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readWindowsExport(value)));
    const entry = fc.record({
      direction: fc.constantFrom("Inbound", "Outbound"),
      action: fc.constantFrom("Allow", "Block"),
      profile: fc.string(),
      protocol: fc.oneof(fc.string(), fc.constantFrom("valueOf", "__proto__")),
      localPort: fc.oneof(fc.string(), fc.array(fc.string())),
      remoteAddress: fc.oneof(fc.string(), fc.constantFrom("10.0.0.0/255.0.255.0", "1.2.3.4/999.1.1.1")),
    });
    fc.assert(
      fc.property(fc.array(entry), (rules) => {
        expect(fate(exported(rules))).toMatch(/^(?:passes|dropped|unclear): /);
      }),
    );
    expect(readRuleset("\nRule Name:      Checkmk\n")).toContain("netsh");
    expect(readRuleset("{}")).toContain("no listing of a firewall");
  });
});
