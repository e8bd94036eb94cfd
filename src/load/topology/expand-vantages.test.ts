import { describe, expect, it } from "vitest";
import { topologySchema } from "../../model/topology/topology.ts";
import { expandVantages, matches } from "./expand-vantages.ts";
import { checkReferences } from "./references.ts";

const topologyOf = (vantages: object) =>
  topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.1", sites: [{ name: "main" }] },
    remote_sites: [{ name: "muc", address: "10.1.0.1", sites: [{ name: "muc1" }] }],
    hosts: [
      { name: "web01", address: ["10.0.1.1", "fd00::1"] },
      { name: "web02", address: "web02.example.com" },
      { name: "db01", address: "10.0.1.9" },
    ],
    relays: [{ name: "relay1", address: "10.0.2.1" }],
    vantages,
  });
const exec = (...words: string[]) => ({ exec: words });
const through = (address: string) => exec("ssh", "-T", address);

describe("vantages for groups", () => {
  it("write name and address of each node into the command", () => {
    const found = expandVantages(topologyOf({ hosts: exec("ssh", "-o", "Tag={name}", "root@{address}") }));
    expect(found).toEqual({
      web01: exec("ssh", "-o", "Tag=web01", "root@10.0.1.1"),
      web02: exec("ssh", "-o", "Tag=web02", "root@web02.example.com"),
      db01: exec("ssh", "-o", "Tag=db01", "root@10.0.1.9"),
    });
  });

  it("yield to what is more specific: a pattern, a longer one, and the node's own name", () => {
    const vantages = {
      "*": exec("star"),
      "web*": exec("web"),
      hosts: exec("hosts"),
      "web*2": exec("web2"),
      web01: exec("one"),
      cmk: "local",
      remote_sites: through("{address}"),
    };
    expect(expandVantages(topologyOf(vantages))).toEqual({
      web01: exec("one"),
      cmk: "local",
      muc: through("10.1.0.1"),
      web02: exec("web2"),
      db01: exec("hosts"),
      relay1: exec("star"),
    });
  });

  it("may be the short form of ssh", () => {
    const ssh = { user: "monitor", port: 2222, options: ["-J", "gate"] };
    const found = expandVantages(topologyOf({ db01: { ssh }, relays: { ssh: {}, worker: "perl" } }));
    const usual = ["ssh", "-T", "-o", "BatchMode=yes"];
    expect(found).toEqual({
      db01: exec(...usual, "-p", "2222", "-J", "gate", "--", "monitor@10.0.1.9"),
      relay1: { ...exec(...usual, "--", "10.0.2.1"), worker: "perl" },
    });
  });

  it.each(["-oProxyCommand=x", "a b", "a@b"])("refuse %j as a user of ssh", (user) => {
    expect(() => topologyOf({ hosts: { ssh: { user } } })).toThrow(/vantages/);
  });

  it("PowerShell in place of a shell goes with both forms, and not with a worker", () => {
    const found = expandVantages(
      topologyOf({ db01: { ssh: {}, shell: "powershell" }, relays: { exec: ["ssh", "{name}"], shell: "pwsh" } }),
    );
    expect(found["db01"]).toMatchObject({ exec: expect.arrayContaining(["ssh"]), shell: "powershell" });
    expect(found["relay1"]).toEqual({ exec: ["ssh", "relay1"], shell: "pwsh" });
    expect(() => topologyOf({ db01: { exec: ["ssh"], worker: "python", shell: "pwsh" } })).toThrow(/`worker` is for/);
    expect(() => topologyOf({ db01: { ssh: {}, worker: "python", shell: "pwsh" } })).toThrow(
      /`worker` is for|vantages/,
    );
    expect(() => topologyOf({ db01: { exec: ["ssh"], shell: "cmd" } })).toThrow(/vantages/);
  });

  it("are refused where they stand for nobody, with words", () => {
    const locate = () => ({ file: "t.yaml" });
    const said = (vantages: object) => checkReferences(topologyOf(vantages), locate).map(({ message }) => message);
    expect(said({ "web*": exec("x"), clusters: exec("x") })).toEqual([]);
    expect(said({ "wbe*": exec("x") })).toEqual(['no node has a name like "wbe*"']);
    expect(said({ nobody: exec("x") })).toEqual([expect.stringMatching(/^no node is called "nobody"/)]);
  });
});

it.each([
  ["web*", "web01", true],
  ["web*", "myweb", false],
  ["*.lan", "a.lan", true],
  ["*.lan", "axlan", false],
  ["*", "x", true],
  ["a*b*c", "a1b2c", true],
])("%s fits %s: %s", (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected);
});
