import { describe, expect, it } from "vitest";
import { topologySchema } from "../../model/topology/topology.ts";
import { identify, nodesOf, type Machine } from "./identify.ts";

const base = {
  server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
  remote_sites: [{ name: "muc", address: "muc.example.com", sites: [{ name: "muc" }] }],
  hosts: [{ name: "web01", address: ["10.0.2.1", "2001:db8::1"] }],
  clusters: [
    {
      name: "ha",
      nodes: [
        { name: "n1", address: "10.0.9.1" },
        { name: "n2", address: "10.0.9.2" },
      ],
    },
  ],
};
const machine = (...addresses: string[]): Machine => ({
  addresses: () => addresses,
  resolve: (name) => Promise.resolve(name === "muc.example.com" ? ["10.1.0.5"] : []),
});
const machineNamed = (address: string): Machine => ({ ...machine(), resolve: () => Promise.resolve([address]) });
const identifyWith = (vantages: object, from: string | undefined, here: Machine): Promise<string[]> =>
  identify(topologySchema.parse({ ...base, vantages }), "portmatrix.yaml", from, here, { isCheck: true });

describe("identify", () => {
  it.each<[string, object, string | undefined, Machine, string[]]>([
    ["--from says it", {}, "web01", machine(), ["web01"]],
    ["--from outweighs a declared vantage", { cmk: "local" }, "web01", machine("10.0.0.5"), ["web01"]],
    [
      "declared local vantages say it",
      { cmk: "local", web01: "local" },
      undefined,
      machine("10.0.9.1"),
      ["cmk", "web01"],
    ],
    ["an address of an interface says it", {}, undefined, machine("127.0.0.1", "10.0.0.5"), ["cmk"]],
    ["an IPv6 address does", {}, undefined, machine("2001:db8::1"), ["web01"]],
    ["a name that resolves to an interface does", {}, undefined, machine("10.1.0.5"), ["muc"]],
    ["a name that resolves to loopback does", {}, undefined, machineNamed("127.0.1.1"), ["muc"]],
    [
      "a node behind a command is elsewhere",
      { n1: { exec: ["ssh", "n1"] } },
      undefined,
      machine("10.0.9.1", "10.0.9.2"),
      ["n2"],
    ],
    ["no node is fine where others can be reached", { web01: { exec: ["ssh", "web01"] } }, undefined, machine(), []],
  ])("%s", async (_, vantages, from, here, expected) => {
    expect(await identifyWith(vantages, from, here)).toEqual(expected);
  });

  it.each<[string, string | undefined, Machine, string]>([
    ["an unknown node", "wbe01", machine(), '--from: the topology has no node "wbe01"; nodes: cmk, muc, web01, n1, n2'],
    [
      "no match",
      undefined,
      machine("192.0.2.1"),
      [
        "portmatrix.yaml: this machine (192.0.2.1) is none of the nodes (cmk, muc, web01, n1, n2), and a flow can be sent only from where it starts. What you can do:",
        "  - on cmk, where its flows start: copy portmatrix.yaml there and run: portmatrix check",
        "  - from here over SSH, nothing is installed there: add to portmatrix.yaml: vantages: { cmk: { ssh: { user: USER } } }",
        "  - if you may not log in there: portmatrix script --from cmk --out cmk.sh writes a script for whoever may",
        "  - if this machine is cmk, with another address (address translation): portmatrix check --from cmk!",
      ].join("\n"),
    ],
    [
      "several matches",
      undefined,
      machine("10.0.9.1", "10.0.9.2"),
      'portmatrix.yaml: this machine has the addresses of several nodes (n1, n2); say which one it is with --from NODE, or declare "vantages: {NODE: local}"',
    ],
  ])("says how to choose: %s", async (_, from, here, message) => {
    await expect(identifyWith({}, from, here)).rejects.toThrow(message);
  });
});

it("nodesOf lists everything that can send", () => {
  expect(nodesOf(topologySchema.parse(base)).map(({ name }) => name)).toEqual(["cmk", "muc", "web01", "n1", "n2"]);
});
