import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { stackTraceIn, start, startPortmatrix, bin } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, udp } = useListeners();

/** A run that has a pass at once and then waits a minute for a silent port. */
async function startWaiting(args: readonly string[] = []) {
  const [open, mute] = await Promise.all([tcp(), udp("mute")]);
  const required = [
    { from: "cmk", to: "web01", tcp: open.port },
    { from: "cmk", to: "web01", udp: mute.port },
  ];
  const file = sandbox.write("t.json", topologyOf(required));
  const started = startPortmatrix(["check", file, "--section", "extra", "--timeout", "60s", ...args]);
  await Promise.all([open.left, mute.visited]);
  return started;
}

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the run at once with what is known, and exit code 130",
  async (signal) => {
    const { child, finished } = await startWaiting();
    child.kill(signal);
    const { code, stdout, stderr } = await finished;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    expect(stdout).toContain("✓ open");
    expect(stdout).toMatch(/^INTERRUPTED {2}1 pass, 0 warn, 0 fail, 0 unknown, 0 error, 1 skipped in /m);
  },
);

it("a terminal that is closed leaves the record of what is known", async () => {
  const [open, mute] = await Promise.all([tcp(), udp("mute")]);
  const required = [
    { from: "cmk", to: "web01", tcp: open.port },
    { from: "cmk", to: "web01", udp: mute.port },
  ];
  const [file, record] = [sandbox.write("t.json", topologyOf(required)), sandbox.path("run.json")];
  const line = `'${process.execPath}' '${bin}' check '${file}' --section extra --timeout 60s --format table --format 'json=${record}'`;
  const { child, finished } = start(["script", "-qec", line, "/dev/null"]);
  await Promise.all([open.left, mute.visited]);
  child.kill("SIGKILL"); // takes the terminal away, and its shell with it
  await finished;
  while (!existsSync(record)) await sleep(20);
  expect(JSON.parse(readFileSync(record, "utf8"))).toMatchObject({ interrupted: true, summary: { pass: 1 } });
});

it("the record of an interrupted run says so, and its report ends with 130 too", async () => {
  const record = sandbox.path("run.json");
  const { child, finished } = await startWaiting(["--format", `json=${record}`]);
  child.kill("SIGINT");
  expect((await finished).code).toBe(130);
  expect(JSON.parse(readFileSync(record, "utf8"))).toMatchObject({ interrupted: true });
  expect((await startPortmatrix(["report", record]).finished).code).toBe(130);
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends a plan of sixty thousand hosts in the midst of computing, and leaves no file",
  async (signal) => {
    const rows = Array.from({ length: 60_000 }, (_, at) => `h${at},10.64.${at >> 8}.${at & 255}`);
    sandbox.write("hosts.csv", ["name,address", ...rows].join("\n"));
    const hosts = [{ include: "hosts.csv", agent: "legacy", ping: true }];
    const file = sandbox.write("t.json", topologyOf([], { hosts }));
    const { child, finished } = startPortmatrix(["plan", file, "--format", `markdown=${sandbox.path("plan.md")}`]);
    await sleep(1_000); // it starts, reads, plans or draws by now, of which each but the first takes seconds
    child.kill(signal);
    expect(await finished).toMatchObject({ signal, code: null, stdout: "" });
    expect(readdirSync(sandbox.path(".")).filter((name) => /part$|plan/.test(name))).toEqual([]);
  },
);

it("SIGINT ends a check that waits for somebody to write its topology", async () => {
  const pipe = sandbox.path("pipe");
  await start(["mkfifo", pipe]).finished;
  const { child, finished } = startPortmatrix(["check", pipe, "--quiet"]);
  const openFiles = () => readdirSync(`/proc/${child.pid}/fd`).map((fd) => linkOf(`/proc/${child.pid}/fd/${fd}`));
  while (!openFiles().includes(pipe)) await sleep(50);
  child.kill("SIGINT");
  expect(await finished).toMatchObject({ code: null, signal: "SIGINT", stdout: "" });
});

it("a second SIGINT does not wait for a vantage point that will not end", async () => {
  const pid = sandbox.path("pid");
  const stubborn = sandbox.write(
    "stubborn.mjs",
    `import { writeFileSync } from "node:fs";
     process.on("SIGTERM", () => {});
     process.stdin.on("end", () => writeFileSync(${JSON.stringify(sandbox.path("told"))}, ""));
     process.stdin.on("data", (text) => String(text).includes('"probe"') && writeFileSync(${JSON.stringify(sandbox.path("asked"))}, ""));
     writeFileSync(${JSON.stringify(pid)}, String(process.pid));
     console.log(JSON.stringify({ type: "hello", protocol: 1, version: "0.0.0" }));
     setInterval(() => {}, 1000);`,
  );
  const vantages = { cmk: "local", web01: { exec: [process.execPath, stubborn] } };
  const { port } = await tcp();
  const file = sandbox.write(
    "t.json",
    topologyOf([{ from: "web01", to: "web02", tcp: port, service: "none" }], { vantages }),
  );
  const { child, finished } = startPortmatrix(["check", file, "--section", "extra", "--timeout", "60s"]);
  const exists = async (name: string): Promise<void> => {
    while (!existsSync(sandbox.path(name))) await sleep(10);
  };
  try {
    await exists("asked");
    child.kill("SIGINT");
    await exists("told"); // the run is over, and waits for the worker
    child.kill("SIGINT");
    expect(await finished).toEqual({ code: 130, signal: null, stdout: "", stderr: "" });
  } finally {
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
  }
});

it("after SIGKILL no vantage point runs on, however stubborn it is", async () => {
  const { port, left } = await tcp();
  const stubborn = `trap "" TERM HUP INT; echo $$ > ${sandbox.path("pid")}; sleep 600 & while :; do sleep 1; done`;
  const vantages = { cmk: "local", web01: { exec: ["sh", "-c", stubborn] } };
  const required = ["cmk", "web01"].map((from) => ({ from, to: "web02", tcp: port }));
  const file = sandbox.write("t.json", topologyOf(required, { vantages }));
  const { child, finished } = startPortmatrix(["check", file, "--section", "extra"]);
  await left;
  while (!existsSync(sandbox.path("pid"))) await sleep(20);
  const pid = readFileSync(sandbox.path("pid"), "utf8").trim();
  child.kill("SIGKILL");
  await finished;
  const isGone = () => !existsSync(`/proc/${pid}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  await expect.poll(isGone, { timeout: 20_000 }).toBe(true);
});

it("a vantage point that hangs holds up no packet of the others", async () => {
  const { port, left } = await tcp();
  const vantages = { cmk: "local", web01: { exec: ["sh", "-c", "exec sleep 600"] } };
  const required = ["cmk", "web01"].map((from) => ({ from, to: "web02", tcp: port }));
  const file = sandbox.write("t.json", topologyOf(required, { vantages }));
  const { child, finished } = startPortmatrix(["check", file, "--section", "extra"]);
  await left; // by the one that is open, twenty seconds before the other is given up
  child.kill("SIGINT");
  const { code, stdout } = await finished;
  expect(code).toBe(130);
  expect(stdout).toMatch(/^INTERRUPTED {2}1 pass, 0 warn, 0 fail, 0 unknown, 0 error, 1 skipped in /m);
});

it("a reader that has seen enough ends the output quietly", async () => {
  const shell = `"${process.execPath}" "${bin}" plan examples/preinstall/topology.yaml --format json | head -1`;
  expect(await start(["sh", "-c", shell]).finished).toMatchObject({ code: 0, stdout: "{\n", stderr: "" });
});

it("a reader that is gone before the matrix comes ends the check without a stack trace", async () => {
  const { child, finished } = await startWaiting();
  const ended = once(child.stdout, "close");
  child.stdout.destroy();
  await ended;
  child.kill("SIGINT");
  const { code, signal, stderr } = await finished;
  expect(stackTraceIn(stderr)).toBeUndefined();
  expect({ code, signal, stderr }).toEqual({ code: 130, signal: null, stderr: "" });
});

it.each(["SIGINT", "SIGTERM"] as const)("%s ends a run that has probed and only writes, at once", async (signal) => {
  // Their record is more than a pipe holds that nobody reads.
  const required = Array.from({ length: 150 }, (_, at) => ({ from: "cmk", to: "web01", tcp: 20_000 + at }));
  const [file, record, pipe] = [
    sandbox.write("t.json", topologyOf(required)),
    sandbox.path("run.json"),
    sandbox.path("pipe"),
  ];
  await start(["mkfifo", pipe]).finished;
  const reader = start(["sh", "-c", `exec sleep 600 < '${pipe}'`]);
  const check = `exec '${process.execPath}' '${bin}' check '${file}' --section extra --format 'json=${record}' --format json`;
  const { child, finished } = start(["sh", "-c", `${check} > '${pipe}'`]);
  while (!existsSync(record)) await sleep(20); // files come first
  await sleep(200);
  child.kill(signal);
  expect(await finished).toMatchObject({ signal, code: null });
  reader.child.kill("SIGKILL");
  await reader.finished;
});
