import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FirstPacket } from "../../judge/firewall/matches.ts";
import { packet, read } from "../../../test/cases/ruleset-case.ts";
import { walk } from "../../judge/firewall/walk.ts";
import { readRichRule } from "./firewalld-rich.ts";
import { readRuleset } from "./ruleset.ts";

/** A zone as firewalld 1.3.3 prints it. */
const zone = (name: string, lines: Readonly<Record<string, string>>, rich: readonly string[] = []): string =>
  [
    name,
    ...Object.entries({
      target: "default",
      "icmp-block-inversion": "no",
      interfaces: "",
      sources: "",
      services: "",
      ports: "",
      protocols: "",
      forward: "yes",
      masquerade: "no",
      "forward-ports": "",
      "source-ports": "",
      "icmp-blocks": "",
      ...lines,
    }).map(([key, value]) => `  ${key}: ${value}`),
    "  rich rules: ",
    ...rich.map((line) => `\t${line}`),
    "",
    "",
  ].join("\n");

const publicZone = zone(
  "public",
  {
    services: "dhcpv6-client ssh own",
    ports: "6556/tcp 7000-7010/udp",
    protocols: "gre",
    "forward-ports": "\n\tport=80:proto=tcp:toport=8080:toaddr=",
    "source-ports": "53/udp",
    "icmp-blocks": "redirect",
  },
  [
    'rule priority="-100" family="ipv4" source address="10.0.0.5" port port="6557" protocol="tcp" accept',
    'rule family="ipv4" source NOT address="10.0.0.0/8" port port="8000" protocol="tcp" reject type="icmp-admin-prohibited"',
    'rule family="ipv6" source address="fd00::/64" service name="http" log prefix="x y" level="info" limit value="3/m" accept',
    'rule family="ipv4" source address="10.0.0.7" port port="9001" protocol="tcp" accept limit value="3/m"',
    'rule icmp-type name="echo-request" drop',
    'rule family="ipv4" source address="10.0.0.8" port port="6556" protocol="tcp" drop',
    'rule family="ipv4" source ipset="admins" port port="9000" protocol="tcp" drop',
    'rule family="ipv4" source mac="00:11:22:33:44:55" port port="9002" protocol="tcp" accept',
    'rule priority="100" family="ipv4" port port="9500" protocol="tcp" accept',
  ],
);
const own =
  "own\n  ports: 9100/tcp\n  protocols: \n  source-ports: \n  modules: \n  destination: \n  includes: \n  helpers: \n";

const fate = (text: string, one: FirstPacket): string => {
  const { kind, by } = walk(read(text), ["prerouting", "input"], one);
  return `${kind}: ${by.replace(/^zone public: /, "")}`;
};

describe("firewall-cmd --list-all", () => {
  it.each<[string, FirstPacket, string | RegExp]>([
    ["a port", packet("10.9.0.1", 6556), "passes: port 6556/tcp"],
    ["a range", packet("10.9.0.1", 7005, { protocol: "udp" }), "passes: port 7000-7010/udp"],
    ["a service", packet("fd00::9", 22), "passes: service ssh"],
    ["a service that is listed with its ports", packet("10.9.0.1", 9100), "passes: service own"],
    ["a rich rule", packet("10.0.0.5", 6557), /^passes: rule priority="-100"/],
    ["the same of another source", packet("10.0.0.6", 6557), "dropped: target default"],
    ["all but some sources", packet("192.0.2.1", 8000), /^dropped: rule family="ipv4" source NOT/],
    ["a limit of the log alone", packet("fd00::5", 80), /^unclear: forward port/],
    ["a limit of the action", packet("10.0.0.7", 9001), /^unclear: rule .* accept limit/],
    ["a denial comes before what is allowed", packet("10.0.0.8", 6556), /^dropped: rule .*10\.0\.0\.8/],
    ["a set that is not known", packet("10.0.0.9", 9000), /^dropped: rule .*ipset/],
    ["a hardware address", packet("10.0.0.9", 9002), /^unclear: rule .* mac=/],
    ["a late rule", packet("10.0.0.9", 9500), /^passes: rule priority="100"/],
    ["the target", packet("10.0.0.9", 9999), "dropped: target default"],
    [
      "an echo request that a rich rule drops",
      { ...packet("10.9.0.1", 0), protocol: "icmp" },
      /^dropped: rule icmp-type/,
    ],
    ["a source port", packet("10.9.0.1", 99, { protocol: "udp" }), "unclear: source port 53/udp"],
    ["loopback", packet("127.0.0.1", 1, { isLoopback: true }), "passes: loopback"],
  ])("%s", (_name, one, expected) => {
    const said = fate(`${publicZone}${own}`, one);
    if (typeof expected === "string") expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it.each([
    ["default", "no", "", "passes"],
    ["default", "no", "echo-request", "dropped"],
    ["default", "yes", "", "dropped"],
    ["default", "yes", "echo-request", "passes"],
    ["DROP", "no", "", "dropped"],
    ["%%REJECT%%", "no", "", "dropped"],
    ["ACCEPT", "no", "", "passes"],
  ])("target %s, inversion %s, blocks %s: an echo request %s", (target, inversion, blocks, expected) => {
    const text = zone("z", { target, "icmp-block-inversion": inversion, "icmp-blocks": blocks });
    expect(walk(read(text), ["input"], { ...packet("10.0.0.1", 0), protocol: "icmp" }).kind).toBe(expected);
  });
});

describe("which zone", () => {
  const open = zone("trusted", { target: "ACCEPT", sources: "10.5.0.0/16" });
  const device = zone("drop (active)", { target: "DROP", interfaces: "eth0" });
  const rest = zone("public", { ports: "6556/tcp" });
  it("by the source, else by the device, else the default zone", () => {
    expect(fate(`${open}${rest}`, packet("10.5.0.1", 1))).toBe("passes: zone trusted: target ACCEPT");
    expect(fate(`${rest}${open}${rest}`, packet("10.6.0.1", 6556))).toBe("passes: port 6556/tcp");
    expect(fate(`${rest}${open}${rest}`, packet("10.6.0.1", 6557))).toBe("dropped: target default");
    expect(fate(`${open}${rest.replace("public", "public (default, active)")}`, packet("10.6.0.1", 6556))).toBe(
      "passes: port 6556/tcp",
    );
  });
  it("not known where it depends on the device, or the default zone is not named", () => {
    expect(fate(`${rest}${device}${rest}`, packet("10.6.0.1", 6556))).toMatch(/^unclear/);
    expect(fate(`${rest}${device}${rest}`, packet("10.6.0.1", 6557))).toMatch(/^dropped/);
    expect(fate(`${open}${rest}`, packet("10.6.0.1", 6556))).toMatch(/^unclear: the default zone/);
  });
  it("a policy may decide anything", () => {
    const policy = "mine (active)\n  priority: -1\n  target: CONTINUE\n  ingress-zones: ANY\n  egress-zones: HOST\n";
    expect(fate(`${rest}${policy}`, packet("10.6.0.1", 6556))).toBe("unclear: policy mine");
  });
});

it("any rich rule and any listing are read without an error", () => {
  const word = fc.constantFrom(
    "rule",
    "source",
    "NOT",
    'address="10.0.0.5"',
    "port",
    'port="1"',
    'protocol="tcp"',
    "accept",
    "limit",
    'value="1/m"',
    "log",
  );
  const line = fc.array(fc.oneof(word, fc.string())).map((words) => words.join(" "));
  fc.assert(fc.property(line, (text) => void readRichRule(text)));
  fc.assert(fc.property(fc.array(line), (lines) => void read(`${publicZone}${lines.join("\n")}`)));
});

it("a zone file is refused with what to give instead", () => {
  expect(readRuleset('<?xml version="1.0"?>\n<zone>\n</zone>')).toContain("firewall-offline-cmd --list-all-zones");
});
