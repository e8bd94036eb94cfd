import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { listenForDatagrams, repeatsCommunity } from "../hostile/datagram-peers.ts";
import { useListeners, type Listener } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { hostOf, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { udp } = useListeners();
/** Long and strange enough to occur by accident nowhere. */
const secret = "c0mmun1ty-7f3a9e";

let agent: Listener;
beforeEach(async () => {
  agent = await udp("mute");
});

/** Command lines of all processes at this moment. */
function commandLines(): string {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .join("\n");
}

it.each(["local", "exec"])("a community is sent to the device and shown nowhere else (%s)", async (kind) => {
  const logging = sandbox.write(
    "log-arguments.sh",
    `#!/bin/sh\necho "$@" >> ${sandbox.path("argv")}\nenv >> ${sandbox.path("env")}\nexec "$@"\n`,
    0o755,
  );
  const snmp = { version: "2c", community: { env: "COMMUNITY" } };
  const hosts = [hostOf("web01", { snmp, ports: { snmp: agent.port } }), hostOf("web02")];
  const vantages = { cmk: kind === "local" ? "local" : { exec: [logging] }, web02: "local" };
  sandbox.write("t.json", topologyOf([], { hosts, vantages }));
  const formats = ["table", "json=run.json", "junit=run.xml", "markdown=run.md"].flatMap((one) => ["--format", one]);
  const args = ["check", "t.json", "--only", "snmp", "--timeout", "500ms", ...formats];
  const running = portmatrix(args, { cwd: sandbox.path("."), env: { COMMUNITY: secret, PORTMATRIX_DEBUG: "1" } });
  const atWork = agent.visited.then(commandLines);
  const { code, stdout, stderr } = await running;
  expect(code).toBe(3);

  expect(agent.visits.some((datagram) => datagram.includes(secret))).toBe(true);
  expect(await atWork).toContain("t.json");
  const files = ["run.json", "run.xml", "run.md"].map((name) => readFileSync(sandbox.path(name), "utf8"));
  const argv = existsSync(sandbox.path("argv")) ? readFileSync(sandbox.path("argv"), "utf8") : "";
  expect(argv).toBe(kind === "exec" ? "sh\n" : "");
  const childEnv = existsSync(sandbox.path("env")) ? readFileSync(sandbox.path("env"), "utf8") : "";
  expect(childEnv.includes("PORTMATRIX_DEBUG=1")).toBe(kind === "exec");
  for (const text of [stdout, stderr, ...files, argv, childEnv, await atWork]) expect(text).not.toContain(secret);
});

it("a device that repeats its community does not get it into a report", async () => {
  const echo = await listenForDatagrams(repeatsCommunity);
  const snmp = { version: "2c", community: { env: "COMMUNITY" } };
  sandbox.write("t.json", topologyOf([], { hosts: [hostOf("web01", { snmp, ports: { snmp: echo.port } })] }));
  const args = ["check", "t.json", "--only", "snmp", "--timeout", "500ms", "--format", "json"];
  const { stdout, stderr } = await portmatrix(args, { cwd: sandbox.path("."), env: { COMMUNITY: secret } });
  await echo.close();
  expect(stdout).toContain('"sysDescr": "my community is [secret]"');
  expect(stdout + stderr).not.toContain(secret);
});

it("a password of SNMPv3 is shown nowhere either, read from a file", async () => {
  sandbox.write("password", `${secret}\n`);
  const snmp = { version: "3", user: "monitoring", auth: { protocol: "sha256", password: { file: "password" } } };
  sandbox.write("t.json", topologyOf([], { hosts: [hostOf("web01", { snmp, ports: { snmp: agent.port } })] }));
  const ran = await portmatrix(["check", "t.json", "--only", "snmp", "--timeout", "500ms", "--format", "json"], {
    cwd: sandbox.path("."),
  });
  expect(ran.code).toBe(3);
  expect(agent.visits.length).toBeGreaterThan(0);
  expect(ran.stdout + ran.stderr).not.toContain(secret);
});
