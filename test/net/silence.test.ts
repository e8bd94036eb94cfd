import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { check, cli, resultOf, topologyOf } from "./check.ts";
import { at, buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const lab = useLab([], async (lab) => buildPath(lab, [10]));
const web01 = {
  name: "web01",
  address: [at(2, 10).v4, at(2, 10).v6],
  snmp: { version: "2c", community: { env: "COMMUNITY" } },
};
const good = topologyOf({ hosts: [web01], outgoing: { dns: [at(2, 11).v4] } });
const env = { COMMUNITY: "right-community" };

/** Counts what the prober's own programs send, to anybody, itself included; the kernel's neighbour traffic is left out. */
const counters = `table inet watch {
  chain sent { type filter hook output priority -200; policy accept;
    meta l4proto { tcp, udp } counter
    icmp type echo-request counter
    icmpv6 type echo-request counter
  }
}`;
beforeEach(async () => lab().rules("cmk", counters));
async function packetsSent(): Promise<number> {
  const listed = await lab().must("cmk", ["nft", "list", "chain", "inet", "watch", "sent"]);
  return [...listed.matchAll(/packets (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function portmatrix(args: readonly string[], extra: Record<string, string> = env) {
  return lab().on("cmk", [process.execPath, cli, ...args], { env: extra, timeoutMs: 60_000 });
}
async function written(name: string, text: string): Promise<string> {
  const file = join(lab().dir, name);
  await writeFile(file, text);
  return file;
}

test("twin: a check of the same topology does send, and the counters see it", async () => {
  const checked = await check(lab(), good, { env, args: ["--section", "2.1", "--timeout", "1s"] });
  expect(resultOf(checked, { to: "web01", protocol: "icmp", address: at(2, 10).v4 }).verdict).toBe("pass");
  expect(await packetsSent()).toBeGreaterThan(5);
});

const json = JSON.stringify;
const faulty: [string, string][] = [
  ["an unknown key", json({ ...good, hostz: [] })],
  ["a bad address", json(topologyOf({ hosts: [{ ...web01, address: "10.213.2.300" }] }))],
  ["a duplicate name", json(topologyOf({ hosts: [web01, web01] }))],
  ["a site that does not exist", json(topologyOf({ hosts: [{ ...web01, site: "nowhere" }] }))],
  ["port 0", json(topologyOf({ requirements: [{ from: "server", to: "hosts", tcp: 0 }], hosts: [web01] }))],
  ["port 70000", json(topologyOf({ requirements: [{ from: "server", to: "hosts", tcp: 70_000 }], hosts: [web01] }))],
  ["an empty file", ""],
  ["broken YAML", "server: [\n"],
  [
    "a YAML bomb",
    [
      "a: &a [1,1,1,1,1,1,1,1,1]",
      ..."bcdefghi".split("").map((key, i) => {
        const previous = "abcdefgh"[i];
        return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${previous}`).join(",")}]`;
      }),
    ].join("\n"),
  ],
  ["50 MB", "#".repeat(50_000_000)],
];
test.each(faulty)("%s: exit 2 and no packet", async (what, text) => {
  const file = await written(`bad-${what.replaceAll(/\W/g, "-")}.yaml`, text);
  const ran = await portmatrix(["check", file]);
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.stderr).toContain(file);
  expect(await packetsSent()).toBe(0);
});

test("a secret that is not there: exit 2 and no packet", async () => {
  const file = await written("no-secret.json", json(good));
  const ran = await lab().on("cmk", ["env", "-u", "COMMUNITY", process.execPath, cli, "check", file]);
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.stderr).toContain("COMMUNITY");
  expect(await packetsSent()).toBe(0);
});

test.each([
  ["a topology that is not there", ["check", "/nowhere/portmatrix.yaml"], 2],
  ["an unknown node", ["check", "GOOD", "--from", "web99"], 2],
  ["an unknown format", ["check", "GOOD", "--format", "pdf"], 2],
  ["an unknown section", ["check", "GOOD", "--section", "99"], 2],
  ["a filter that matches nothing", ["check", "GOOD", "--only", "9999/tcp"], 2],
  ["a bad duration", ["check", "GOOD", "--timeout", "3 parsecs"], 2],
  ["an unknown option", ["check", "GOOD", "--no-such-option"], 2],
  ["plan", ["plan", "GOOD"], 0],
  ["plan as JSON", ["plan", "GOOD", "--format", "json"], 0],
  ["help", ["--help"], 0],
  ["the version", ["--version"], 0],
])("%s: no packet", async (_, args, code) => {
  const file = await written("good.json", json(good));
  expect(await portmatrix(args.map((arg) => (arg === "GOOD" ? file : arg)))).toMatchObject({ code });
  expect(await packetsSent()).toBe(0);
});
