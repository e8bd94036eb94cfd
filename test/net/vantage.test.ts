import { fileURLToPath } from "node:url";
import { readFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { startRsyslog } from "./daemons.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, cmk, play, setFirewall } from "./paths.ts";
import type { Lab } from "./lab.ts";
import { useLab } from "./use-lab.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const inside = (node: string) => ["ip", "netns", "exec", node];
/** Hides the working tree from the vantage point: only Node is there, as on a host where portmatrix is not installed. */
const bare = ["unshare", "-m", "sh", "-c", `mount -t tmpfs none ${repository} && cd / && exec "$@"`, "sh"];

const host = (name: string, network: number) => ({ name, address: Object.values(at(network, 2)), ping: false });
const topology = topologyOf({
  server: {
    name: "cmk",
    address: [cmk.v4, cmk.v6],
    sites: [{ name: "main" }],
    features: ["syslog-tcp", "syslog-udp"],
  },
  hosts: [
    host("web01", 3),
    host("web02", 4),
    host("nowhere", 5),
    host("no-program", 6),
    host("breaks-off", 7),
    host("talks-nonsense", 8),
    { ...quietHost("unseen", at(9, 2).v4), agent: "pull" },
  ],
  vantages: {
    cmk: "local",
    web01: { exec: [...inside("web01"), ...bare] },
    web02: { exec: inside("web02") },
    nowhere: { exec: inside("nowhere") },
    "no-program": { exec: ["/nonexistent/ssh", "no-program"] },
    "breaks-off": { exec: ["sh", "-c", "echo permission denied >&2; exit 255"] },
    "talks-nonsense": { exec: ["sh", "-c", "echo Welcome"] },
  },
});
const withHanging = topologyOf({
  hosts: [host("web02", 4), host("hangs", 5)],
  vantages: { cmk: "local", web02: { exec: inside("web02") }, hangs: { exec: ["sleep", "600"] } },
});
const args = ["--section", "2.2", "--section", "2.1", "--timeout", "2s"];

async function addHost(lab: Lab, name: string, network: number): Promise<void> {
  await addNode(lab, name);
  await addCable(lab, name, "fw");
  await addAddress(lab, name, "fw", network, 2);
  await addAddress(lab, "fw", name, network, 1);
  await addRoute(lab, name, 1, at(network, 1));
  await addRoute(lab, "cmk", network, at(1, 1));
}

let checked: Checked;
let hanging: Checked;
let mended: Checked;
let events = "";
useLab(["rsyslogd", "logger"], async (lab) => {
  await buildPath(lab, [10]);
  await addHost(lab, "web01", 3);
  await addHost(lab, "web02", 4);
  const part = { address: "::", site: "main", receiverPort: 8000 };
  for (const node of ["web01", "web02"]) await play(lab, node, [{ ...part, service: "agent", port: 6556 }]);
  await play(lab, "cmk", [
    { ...part, service: "http", port: 80 },
    { ...part, service: "https", port: 443 },
    { ...part, service: "https", port: 8000 },
  ]);
  const rsyslog = await startRsyslog(lab, "cmk");
  // Towards the server, web01 may not register; towards the hosts, everything is open.
  await setFirewall(lab, ["iifname web01 tcp dport 8000 drop", "iifname web02 tcp dport 80 reject with tcp reset"]);
  [checked, hanging] = await Promise.all([check(lab, topology, { args }), check(lab, withHanging, { args })]);
  await setFirewall(lab, []);
  mended = await check(lab, topology, { args });
  // rsyslog writes in the order in which it receives: what stands before this line came from the checks.
  await lab.must("web01", ["logger", "-n", cmk.v4, "-P", "514", "-d", "sent-by-logger"]);
  await vi.waitFor(async () => {
    events = await readFile(rsyslog.file, "utf8");
    if (!events.includes("sent-by-logger")) throw new Error("rsyslogd has not written the message of logger");
  }, 5000);
});

describe.each([cmk.v4, cmk.v6])("sent from the hosts to %s", (address) => {
  const sent = (run: Checked, from: string, port: number) =>
    resultOf(run, { from, section: "2.2", protocol: "tcp", port, address });

  test("a block that only web01 sees is seen from web01", () => {
    expect(inShort(sent(checked, "web01", 8000))).toBe("silent fail no-answer inferred");
    expect(inShort(sent(checked, "web02", 8000))).toBe("open pass service-answered proven");
    expect(inShort(sent(mended, "web01", 8000))).toBe("open pass service-answered proven");
    expect(sent(checked, "web01", 8000)).toMatchObject({ vantage: "web01", attempts: 2 });
  });

  test("80 or 443: one of the two is enough", () => {
    expect(inShort(sent(checked, "web02", 80))).toBe("refused warn alternative-satisfied observed");
    expect(inShort(sent(checked, "web02", 443))).toBe("open pass service-answered proven");
    expect(inShort(sent(mended, "web02", 80))).toBe("open pass service-answered proven");
  });

  test.each(["web01", "web02"])("syslog from %s reaches a real rsyslogd", (from) => {
    expect(inShort(sent(checked, from, 514))).toBe("open pass handshake-completed observed");
    const overUdp = resultOf(checked, { from, section: "2.2", protocol: "udp", port: 514, address });
    expect(inShort(overUdp)).toBe("silent unknown udp-silence inferred");
    expect(overUdp.attempts).toBe(1);
  });

  test.each(["nowhere", "no-program", "breaks-off", "talks-nonsense"])(
    "the vantage point %s cannot be opened: its flows are errors with the cause",
    (from) => {
      const result = sent(checked, from, 8000);
      expect(inShort(result)).toBe("unsent error vantage-not-opened none");
      expect(result.evidence.cause).toBe("vantage");
      expect(result.evidence.detail).toMatch(/\w/);
    },
  );

  test("a host without a vantage point is skipped, and the message names it", () => {
    const result = sent(checked, "unseen", 8000);
    expect(result).toMatchObject({ verdict: "skipped", reason: "no-vantage", attempts: 0 });
    expect(`${result.message} ${result.advice}`).toContain("unseen");
  });
});

test("a vantage point that hangs is given up, and the rest goes on", () => {
  const from = (node: string) => resultOf(hanging, { from: node, protocol: "tcp", port: 8000, address: cmk.v4 });
  expect(inShort(from("hangs"))).toBe("unsent error vantage-not-opened none");
  expect(inShort(from("web02"))).toBe("open pass service-answered proven");
});

test("what a vantage point said when it failed is told", () => {
  const detail = (from: string) =>
    resultOf(checked, { from, protocol: "tcp", port: 8000, address: cmk.v4 }).evidence.detail ?? "";
  expect(detail("breaks-off")).toContain("permission denied");
  expect(detail("no-program")).toContain("/nonexistent/ssh");
  expect(detail("nowhere")).toContain("nowhere");
});

test.each(["web01", "web02"])("in the other direction the server reaches the agent of %s", (to) => {
  for (const address of Object.values(at(to === "web01" ? 3 : 4, 2))) {
    const result = resultOf(checked, { from: "cmk", to, protocol: "tcp", port: 6556, address });
    expect(inShort(result)).toBe("open pass service-answered proven");
    expect(result.vantage).toBe("cmk");
  }
});

test("what was sent to the syslog server became no event, while a real message did", () => {
  const lines = events.trim().split("\n");
  expect(lines.filter((line) => !line.includes("sent-by-logger"))).toEqual([]);
});
