import { describe, expect, it } from "vitest";
import type { HostState } from "../../model/inspection.ts";
import type { RuleAction, Ruleset, RulesetRule } from "../../model/firewall/ruleset.ts";
import { explainFailure, type Failure } from "./explain-failure.ts";

const failure: Failure = {
  protocol: "tcp",
  port: 6556,
  address: "10.0.0.9",
  family: 4,
  sources: ["10.0.0.5"],
  seen: "refused",
  isAgent: true,
  settings: [],
};
const there = { protocol: "tcp", port: 6556, address: "::" } as const;
const host: HostState = {
  listens: [there],
  addresses: ["127.0.0.1", "10.0.0.9", "fd00::9"],
  rulesets: [],
  lists: [],
  sites: new Map(),
  unread: [],
};

type State = Omit<Partial<HostState>, "listens"> & { listens?: HostState["listens"] | undefined };

const chain = (hook: string, rules: readonly RulesetRule[], policy: "accept" | "drop" = "accept"): Ruleset => ({
  tool: "nft",
  families: [4, 6],
  chains: [{ family: "inet", table: "t", name: "c", hook: { name: hook, priority: 0, policy }, rules }],
});
const rule = (action: RuleAction, conditions: RulesetRule["conditions"] = []): RulesetRule => ({
  text: "c: r",
  action,
  conditions,
});
const rejects = rule({ kind: "drop", answer: "reset" });
const prohibits = rule({ kind: "drop", answer: "prohibited" });
const drops = rule({ kind: "drop" });
const from = (...values: string[]): RulesetRule["conditions"] => [{ what: "source", not: false, values }];
const unread: RulesetRule["conditions"] = [{ what: "unread" }];
const controller = { allowsLegacyPull: false, allowed: [], pulls: 0, pushes: 0 };

describe("what a host says of a flow that failed", () => {
  it.each<[string, Partial<Failure>, State, string | undefined]>([
    ["nothing listens", {}, { listens: [] }, "not-listening"],
    ["another port", {}, { listens: [{ ...there, port: 6557 }] }, "not-listening"],
    ["another protocol", {}, { listens: [{ ...there, protocol: "udp" }] }, "not-listening"],
    ["loopback", {}, { listens: [{ ...there, address: "127.0.0.1" }] }, "loopback-only"],
    ["IPv4 alone", { address: "fd00::9", family: 6 }, { listens: [{ ...there, address: "0.0.0.0" }] }, "other-family"],
    ["IPv6 alone", {}, { listens: [{ ...there, isIpv6Only: true }] }, "other-family"],
    ["another address", {}, { listens: [{ ...there, address: "10.0.0.8" }] }, "other-address"],
    ["the same address", {}, { listens: [{ ...there, address: "10.0.0.9" }] }, "in-between"],
    [
      "an address that is translated",
      { address: "192.0.2.1" },
      { listens: [{ ...there, address: "10.0.0.9" }] },
      "in-between",
    ],
    ["tables that cannot be read", {}, { listens: undefined }, "not-readable"],
    ["a firewall that cannot be read", {}, { unread: [{ source: "nft", why: "" }] }, "rejected"],
    ["neither can be read", {}, { listens: undefined, unread: [{ source: "nft", why: "" }] }, "not-readable"],
    ["the other family's firewall", {}, { unread: [{ source: "ip6tables", why: "" }] }, "in-between"],
    ["a reset by rule", {}, { rulesets: [chain("input", [rejects])] }, "firewall"],
    ["a reset by rule, and nothing listens", {}, { rulesets: [chain("input", [rejects])], listens: [] }, "firewall"],
    ["a drop where it was refused", {}, { rulesets: [chain("input", [drops])] }, "in-between"],
    ["a drop where nothing listens", {}, { rulesets: [chain("input", [drops])], listens: [] }, "not-listening"],
    ["a prohibition", { seen: "prohibited" }, { rulesets: [chain("input", [prohibits])] }, "firewall"],
    [
      "a prohibition without its code",
      { seen: "unreachable" },
      { rulesets: [chain("input", [prohibits])] },
      "firewall",
    ],
    ["a prohibition where it was refused", {}, { rulesets: [chain("input", [prohibits])] }, "in-between"],
    ["a drop", { seen: "silent" }, { rulesets: [chain("input", [drops])] }, "firewall"],
    ["a policy", { seen: "silent" }, { rulesets: [chain("input", [], "drop")] }, "firewall"],
    ["a drop before", { seen: "silent" }, { rulesets: [chain("prerouting", [drops])] }, "firewall"],
    ["a drop of the answer", { seen: "silent" }, { rulesets: [chain("output", [drops])] }, "firewall"],
    ["a drop of forwarded packets", { seen: "silent" }, { rulesets: [chain("forward", [drops])] }, "in-between"],
    [
      "a drop of others",
      { seen: "silent" },
      { rulesets: [chain("input", [rule({ kind: "drop" }, from("10.0.0.6"))])] },
      "in-between",
    ],
    [
      "a drop of one of the sender's addresses",
      { seen: "silent", sources: ["10.0.0.5", "10.0.0.6"] },
      { rulesets: [chain("input", [rule({ kind: "drop" }, from("10.0.0.6"))])] },
      "firewall-unclear",
    ],
    [
      "a drop of a sender that is not known",
      { seen: "silent", sources: [] },
      { rulesets: [chain("input", [rule({ kind: "drop" }, from("10.0.0.6"))])] },
      "firewall-unclear",
    ],
    [
      "a rule that cannot be read",
      { seen: "silent" },
      { rulesets: [chain("input", [rule({ kind: "drop" }, unread)])] },
      "firewall-unclear",
    ],
    ["silence without a cause", { seen: "silent" }, {}, "in-between"],
    ["a full queue", { seen: "silent" }, { listens: [{ ...there, waiting: 2, room: 1 }] }, "queue-full"],
    ["a queue with room", { seen: "silent" }, { listens: [{ ...there, waiting: 1, room: 1 }] }, "in-between"],
    ["a UDP service", { seen: "silent", protocol: "udp" }, { listens: [{ ...there, protocol: "udp" }] }, "may-be-mute"],
    ["no UDP service", { seen: "silent", protocol: "udp" }, { listens: [] }, "in-between"],
    ["an echo", { seen: "silent", protocol: "icmp", port: undefined }, {}, "in-between"],
    ["a controller that is not registered", {}, { listens: [], controller }, "controller"],
    ["a controller that pushes", {}, { listens: [], controller: { ...controller, pushes: 1 } }, "controller"],
    ["a controller that is registered", {}, { listens: [], controller: { ...controller, pulls: 1 } }, "not-listening"],
    ["plain text allowed", {}, { listens: [], controller: { ...controller, allowsLegacyPull: true } }, "not-listening"],
    ["a controller that is stopped", {}, { listens: [], isControllerStopped: true }, "controller"],
    ["another service beside it", { isAgent: false }, { listens: [], isControllerStopped: true }, "not-listening"],
    [
      "its list of addresses",
      { seen: "closed" },
      { controller: { ...controller, pulls: 1, allowed: ["10.0.1.0/24"] } },
      "access-list",
    ],
    [
      "that list with the sender",
      { seen: "closed" },
      { controller: { ...controller, pulls: 1, allowed: ["10.0.0.5"] } },
      undefined,
    ],
    [
      "its agent's socket",
      { seen: "closed" },
      { controller: { ...controller, isSocketOperational: false } },
      "controller",
    ],
    ["closed without a cause", { seen: "closed" }, {}, undefined],
    [
      "a list of xinetd",
      { seen: "closed" },
      { lists: [{ where: "f", key: "only_from", port: 6556, allows: ["10.0.1.0/24"], does: "closes" }] },
      "access-list",
    ],
    [
      "a list of xinetd with a name",
      { seen: "closed" },
      { lists: [{ where: "f", key: "only_from", port: 6556, allows: ["cmk.example"], does: "closes" }] },
      undefined,
    ],
    [
      "a list of systemd",
      { seen: "silent" },
      { lists: [{ where: "u", key: "k", port: 6556, allows: ["10.0.1.1"], denies: ["0.0.0.0/0"], does: "drops" }] },
      "access-list",
    ],
    [
      "a list of systemd with the sender",
      { seen: "silent" },
      { lists: [{ where: "u", key: "k", port: 6556, allows: ["10.0.0.0/24"], denies: ["0.0.0.0/0"], does: "drops" }] },
      "in-between",
    ],
    [
      "a setting of the site",
      { isAgent: false, settings: [{ site: "main", key: "AGENT_RECEIVER_PORT", expected: "8000" }] },
      { listens: [], sites: new Map([["main", { AGENT_RECEIVER_PORT: "8001" }]]) },
      "site-setting",
    ],
    [
      "the setting as expected",
      { isAgent: false, settings: [{ site: "main", key: "AGENT_RECEIVER_PORT", expected: "8000" }] },
      { listens: [], sites: new Map([["main", { AGENT_RECEIVER_PORT: "8000" }]]) },
      "not-listening",
    ],
  ])("%s", (_name, seen, state, expected) => {
    const { listens, ...rest } = { ...host, ...state };
    const read = listens === undefined ? rest : { ...rest, listens };
    expect(explainFailure({ ...failure, ...seen }, read)?.finding).toBe(expected);
  });

  it("names the rule of a device's chain that may drop it, and not where it was refused", () => {
    const [one] = chain("ingress", [drops]).chains;
    const early = { ...one, family: "netdev", hook: { name: "ingress", priority: 0, policy: "accept" } } as const;
    const read = (devices: string[], seen: Failure["seen"]) =>
      explainFailure(
        { ...failure, seen },
        {
          ...host,
          rulesets: [
            {
              tool: "nft",
              families: [4, 6],
              chains: [{ table: "t", name: "c", rules: [drops], ...early, hook: { ...early.hook, devices } }],
            },
          ],
        },
      );
    expect(read(["eth0"], "silent")).toMatchObject({
      finding: "firewall-unclear",
      firewall: { does: "unclear", chain: "netdev t c", number: 1, hook: "ingress" },
    });
    expect(read(["lo"], "silent")?.finding).toBe("in-between");
    expect(read(["eth0"], "refused")?.finding).toBe("in-between");
  });

  it("names the zone of firewalld, and ufw", () => {
    const named = (name: string, table = "filter"): Ruleset => {
      const [one] = chain("input", [drops]).chains;
      return { tool: "nft", families: [4], chains: one === undefined ? [] : [{ ...one, name, table }] };
    };
    const said = (name: string, table?: string) =>
      explainFailure({ ...failure, seen: "silent" }, { ...host, rulesets: [named(name, table)] })?.firewall;
    expect(said("ufw-user-input")).toMatchObject({ writtenBy: "ufw" });
    expect(said("filter_IN_public_deny", "firewalld")).toMatchObject({ writtenBy: "firewalld", zone: "public" });
    expect(said("filter_INPUT", "firewalld")).toMatchObject({ writtenBy: "firewalld" });
    expect(said("INPUT")).not.toHaveProperty("writtenBy");
  });
});
