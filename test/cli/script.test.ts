import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { expectGolden } from "./golden.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { hostOf, onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const listeners = useListeners();
const web01 = "127.0.0.2";
const tcp = () => listeners.tcp(web01);
async function closedPort(): Promise<number> {
  const { port, close } = await tcp();
  await close();
  return port;
}
const inside = (...args: string[]) => portmatrix(args, { cwd: sandbox.path(".") });
const textOf = (name: string): string => readFileSync(sandbox.path(name), "utf8");

/**
 * `far` and `win` have addresses for documentation (RFC 5737), as `cmk` has unless it is declared; `web01` is a listener on
 * this machine, at an address that no interface lists. So this machine is none of the nodes.
 */
function prepare(port: number, parts: Record<string, unknown> = {}): void {
  const required = ["far", "win"].map((from) => ({ from, to: "web01", tcp: port }));
  const hosts = [
    hostOf("web01", { address: web01 }),
    hostOf("far", { address: "192.0.2.7" }),
    hostOf("win", { address: "192.0.2.8", os: "windows" }),
  ];
  const server = { name: "cmk", address: "192.0.2.5", sites: [{ name: "main" }] };
  sandbox.write("t.json", topologyOf(required, { hosts, server, vantages: {}, ...parts }));
}

/** Writes the script of a node, runs it here, and gives the name of the fragment. */
async function examine(node: string): Promise<string> {
  const script = `${node}.pl`;
  expect(
    await inside("script", "t.json", "--from", node, "--shell", "perl", "--timeout", "400ms", "--out", script),
  ).toMatchObject({ code: 0 });
  mkdirSync(sandbox.path("fragments"), { recursive: true });
  const ran = await start(["perl", script, "--out", `fragments/${node}.txt`], { cwd: sandbox.path(".") }).finished;
  expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
  return `fragments/${node}.txt`;
}

const check = (...args: string[]) =>
  inside("check", "t.json", ...onlyExtra, "--format", "table", "--format", "json=run.json", ...args);
const stateOf = (run: Run) =>
  run.results
    .map(
      ({ from, verdict, reason, takenAt }) => `${from} ${verdict} ${reason}${takenAt === undefined ? "" : ", taken"}`,
    )
    .toSorted();
/** This machine is `cmk`. */
const here = {
  server: { name: "cmk", address: "127.0.0.1", sites: [{ name: "main" }] },
  vantages: { cmk: "local" },
};
const saved = (name = "run.json") => JSON.parse(textOf(name)) as Run;
/** Times, sums and ports of one's own, which differ each time. */
const fixed = (text: string, port: number): string =>
  text
    .replaceAll(String(port), "PORT")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "SHA256")
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "TIME")
    .replaceAll(/\b\d+(?:\.\d+)? ?ms\b/g, "N ms");

describe("portmatrix script", () => {
  it("--all --dir makes the directory, and writes what the system of each node runs", async () => {
    prepare(22);
    const { code, stdout, stderr } = await inside("script", "t.json", "--all", "--dir", "new/scripts");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(readdirSync(sandbox.path("new/scripts")).toSorted()).toEqual(["cmk.sh", "far.sh", "win.ps1"]);
    expect(textOf("new/scripts/far.sh")).toMatch(/^#!\/bin\/sh\n/);
    for (const name of ["far.sh", "win.ps1"]) {
      const sum = createHash("sha256")
        .update(textOf(`new/scripts/${name}`))
        .digest("hex");
      expect(stderr).toContain(`sha256 ${sum}  new/scripts/${name}\n`);
    }
  });

  it("--shell is for every node, and says so where the topology says Windows", async () => {
    prepare(22);
    const { stderr } = await inside("script", "t.json", "--all", "--dir", "scripts", "--shell", "sh");
    expect(readdirSync(sandbox.path("scripts"))).toContain("win.sh");
    expect(stderr.match(/^portmatrix: note: .*/gm)).toEqual([
      "portmatrix: note: win: the topology says Windows, and --shell says sh",
    ]);
    const python = await inside("script", "t.json", "--all", "--dir", "scripts", "--shell", "python");
    expect(python.stderr).not.toContain("note");
  });

  it("a directory that cannot be made is one line", async () => {
    prepare(22);
    sandbox.write("file", "");
    const { code, stderr } = await inside("script", "t.json", "--all", "--dir", "file/scripts");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^file\/scripts: cannot be made: .*\n$/);
  });

  it.each([
    ["sh", "sh", "sh"],
    ["perl", "perl", "pl"],
    ["python", "python3", "py"],
  ])("--list of %s shows what would be sent, and sends nothing", async (shell, program, extension) => {
    const { port, visits } = await tcp();
    prepare(port);
    const name = `far.${extension}`;
    await inside("script", "t.json", "--from", "far", "--shell", shell, "--out", name);
    const { code, stdout, stderr } = await start([program, name, "--list"], { cwd: sandbox.path(".") }).finished;
    expect({ code, stderr, visits }).toEqual({ code: 0, stderr: "", visits: [] });
    expectGolden("test/cli/golden/script/list.txt", fixed(stdout, port).replaceAll(/[0-9a-f]{40,}/g, "BYTES"));
  });
});

describe("check --merge", () => {
  it("alone, on a machine that is no node: what was merged counts as probed, and the exit code is its", async () => {
    const { port } = await tcp();
    prepare(port);
    await examine("far");
    await examine("win");
    const { code, stdout, stderr } = await check("--merge", "fragments", "--format", "html=run.html");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // Where, when and with what: in the table, as the golden has it, and in the page.
    const [, tools = ""] =
      /<script type="application\/json"[^>]*>[^]*?"taken":(\[\[.*?\]\])/.exec(textOf("run.html")) ?? [];
    const [{ tool = "", at = "" } = {}] = saved().taken ?? [];
    expect(JSON.parse(tools)).toEqual([
      ["far", tool],
      ["win", tool],
    ]);
    const when = `${at.slice(0, 16).replace("T", " ")} UTC`;
    for (const text of [stdout, textOf("run.html")]) expect(text).toContain(`far (${tool}, ${when})`);
    expect(stateOf(saved())).toEqual(["far pass handshake-completed, taken", "win pass handshake-completed, taken"]);
    expect(saved().taken).toMatchObject([
      { node: "far", shell: "perl" },
      { node: "win", shell: "perl" },
    ]);
    expectGolden("test/cli/golden/script/merged.txt", fixed(stdout, port).replaceAll(/perl 5[\d.]+/g, "perl 5"));
  });

  it("a fragment that is forgotten is said aloud, and --complete makes it an exit code", async () => {
    const { port } = await tcp();
    prepare(port);
    await examine("far");
    const { code, stdout } = await check("--merge", "fragments");
    expect(code).toBe(0);
    expect(stateOf(saved())).toEqual(["far pass handshake-completed, taken", "win skipped no-vantage"]);
    expectGolden("test/cli/golden/script/forgotten.txt", fixed(stdout, port).replaceAll(/perl 5[\d.]+/g, "perl 5"));
    expect((await check("--merge", "fragments", "--complete")).code).toBe(3);
    expect((await inside("report", "run.json", "--complete", "--format", "json=again.json")).code).toBe(3);
    // The twin: with the fragment nothing is said, and the exit code is 0.
    await examine("win");
    const whole = await check("--merge", "fragments", "--complete");
    expect(whole.code).toBe(0);
    expect(saved().notes).toEqual([expect.stringContaining("by a script")]);
    expect(whole.stdout).not.toContain("Not examined");
  });

  it("a port that is closed there fails, and a node without a fragment is left undecided", async () => {
    const port = await closedPort();
    prepare(port);
    await examine("far");
    expect((await check("--merge", "fragments")).code).toBe(1);
    expect(stateOf(saved())).toEqual(["far fail connection-refused, taken", "win skipped no-vantage"]);
  });

  it.each([
    ["nothing listens", closedPort, "not-listening", /: nothing listens on/],
    [
      "something listens on another address",
      async () => (await listeners.tcp("127.0.0.3")).port,
      "loopback-only",
      /\(on 127\.0\.0\.3\) listens on/,
    ],
  ] as const)("a refusal is explained by what the target's script says: %s", async (_name, portOf, finding, advice) => {
    const port = await portOf();
    const required = [
      { from: "far", to: "web01", tcp: port },
      { from: "web01", to: "near", tcp: port },
    ];
    const hosts = [
      hostOf("web01", { address: web01 }),
      hostOf("near", { address: "127.0.0.3" }),
      hostOf("far", { address: "192.0.2.7" }),
    ];
    const server = { name: "cmk", address: "192.0.2.5", sites: [{ name: "main" }] };
    sandbox.write("t.json", topologyOf(required, { hosts, server, vantages: {} }));
    await examine("far");
    const refused = () => saved().results.find(({ from }) => from === "far");
    await check("--merge", "fragments");
    expect(refused()).toMatchObject({ reason: "connection-refused" });
    expect(refused()?.evidence.inspection).toBeUndefined(); // twin: web01 has said nothing yet
    await examine("web01");
    await check("--merge", "fragments", "--format", "ndjson=run.ndjson");
    expect(refused()?.evidence.inspection).toMatchObject({
      finding,
      through: expect.stringMatching(/^a script \(perl/),
    });
    expect(refused()?.advice).toMatch(/Read on web01 by its script at \d{4}-\d\d-\d\d \d\d:\d\d UTC: /);
    expect(refused()?.advice).toMatch(advice);
    expect(textOf("run.ndjson")).toContain(`"finding":"${finding}"`);
  });

  it("joined with what this run sends itself, and left out where this run sends from that node", async () => {
    const { port } = await tcp();
    const required = ["cmk", "far"].map((from) => ({ from, to: "web01", tcp: port }));
    prepare(port, { requirements: required, ...here });
    await examine("far");
    await examine("cmk");
    const { code, stderr } = await check("--merge", "fragments");
    expect(code).toBe(0);
    expect(stateOf(saved())).toEqual(["cmk pass handshake-completed", "far pass handshake-completed, taken"]);
    expect(stderr).toBe(
      "portmatrix: note: left out: fragments/cmk.txt: this run sends from cmk itself, which counts more than a file of it\n",
    );
  });

  it("what is left out is a line each; if nothing is left it is an input error", async () => {
    const { port } = await tcp();
    prepare(port);
    const fragment = await examine("far");
    await examine("win");
    const text = textOf(fragment);
    sandbox.write("fragments/a-damaged.txt", text.replace(/open \d/, "open 77"));
    sandbox.write("fragments/b-foreign.txt", "nothing of ours");
    const { code, stderr } = await check("--merge", "fragments");
    expect(code).toBe(0);
    expect(saved().notes?.[1]).toBe(
      "Left out of what --merge names: fragments/a-damaged.txt: it is damaged: its sum is another one; fragments/b-foreign.txt: there is no fragment of a script in it.",
    );
    expect(stderr).toBe(
      [
        "portmatrix: note: left out: fragments/a-damaged.txt: it is damaged: its sum is another one",
        "portmatrix: note: left out: fragments/b-foreign.txt: there is no fragment of a script in it",
        "",
      ].join("\n"),
    );
    prepare(port + 1);
    const other = await check("--merge", fragment);
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(
      /^--merge: fragments\/far\.txt: it is of another plan: .* \(portmatrix script --from far\); .*\n$/,
    );
    expect((await check("--merge", fragment, "--max-age", "1s")).code).toBe(2);
  });
});

describe("report --merge", () => {
  it.each([
    ["open", 0, "far pass handshake-completed, taken"],
    ["closed", 1, "far fail connection-refused, taken"],
  ])("joins fragments with a saved run, and its exit code is that of all: %s there", async (state, exit, found) => {
    const { port } = await tcp();
    const asked = state === "open" ? port : await closedPort();
    const requirements = [
      { from: "cmk", to: "web01", tcp: port },
      { from: "far", to: "web01", tcp: asked },
    ];
    prepare(port, { requirements, ...here });
    expect((await check()).code).toBe(0);
    expect(stateOf(saved())).toEqual(["cmk pass handshake-completed", "far skipped no-vantage"]);
    await examine("far");
    const { code, stderr } = await inside("report", "run.json", "--merge", "fragments", "--format", "json=merged.json");
    expect({ code, stderr }).toEqual({ code: exit, stderr: "" });
    expect(stateOf(saved("merged.json"))).toEqual(["cmk pass handshake-completed", found]);
  });

  it("leaves out what the run has itself or from another fragment; check leaves out what is not asked for", async () => {
    const { port } = await tcp();
    const requirements = ["cmk", "far"].map((from) => ({ from, to: "web01", tcp: port }));
    prepare(port, { requirements, ...here });
    expect((await check()).code).toBe(0);
    await examine("cmk");
    await examine("far");
    const join = (run: string) => inside("report", run, "--merge", "fragments", "--format", "json=merged.json");
    const own = "fragments/cmk.txt: the run sent from cmk itself, which counts more than a file of it";
    expect(await join("run.json")).toMatchObject({ code: 0, stderr: `portmatrix: note: left out: ${own}\n` });
    expect(stateOf(saved("merged.json"))).toContain("far pass handshake-completed, taken");
    const known = "fragments/far.txt: the run has what a script brought from far already";
    expect(await join("merged.json")).toMatchObject({ code: 2, stderr: `--merge: ${own}\n--merge: ${known}\n` });
    const unasked = "nothing of far is asked for (--from, --section, --only)";
    const narrow = await check("--from", "cmk", "--merge", "fragments/far.txt");
    expect(narrow).toMatchObject({ code: 0, stderr: `portmatrix: note: left out: fragments/far.txt: ${unasked}\n` });
    expect(await check("--merge", "fragments/far.txt")).toMatchObject({ code: 0, stderr: "" }); // twin
  });
});
