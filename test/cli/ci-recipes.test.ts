import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bin, type Finished, root, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { useListeners } from "./listeners.ts";
import { type Switch, useSwitches } from "./switches.ts";
import { type Required, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const openSwitches = useSwitches();
const { udp } = useListeners();
const recipe = (name: string): string => readFileSync(`${root}examples/ci/${name}`, "utf8");
const read = (name: string): string => readFileSync(sandbox.path(name), "utf8");
let required: Switch;
/** Writes the topology once more, with a receiver of events that answers nobody. */
let addEventConsole: () => Promise<void>;

/** A checkout that requires one port, `portmatrix` on the PATH, and an `npm` that only writes down what it was asked. */
beforeEach(async () => {
  const [apache, other] = (await openSwitches(2)) as [Switch, Switch];
  required = other;
  const site = { name: "main", ports: { apache: apache.port } };
  const topologyWith = (...more: Required[]) =>
    topologyOf([{ from: "server", to: "web01", tcp: required.port }, ...more], {
      server: { name: "cmk", address: "127.0.0.1", sites: [site] },
      hosts: [{ name: "web01", address: "127.0.0.1", agent: "none", ping: false }],
    });
  sandbox.write("portmatrix.yaml", topologyWith());
  addEventConsole = async () => {
    const { port } = await udp("mute");
    sandbox.write("portmatrix.yaml", topologyWith({ from: "server", to: "web01", udp: port }));
  };
  const portmatrix = `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`;
  sandbox.write("bin/portmatrix", portmatrix, 0o755);
  sandbox.write(".portmatrix/node_modules/.bin/portmatrix", portmatrix, 0o755);
  sandbox.write("bin/npm", '#!/bin/sh\necho "$@" >>npm.log\n', 0o755);
});

/** Executes a command of a recipe as its CI system would; the wait for steadiness alone is made short. */
function run(command: string, env: Record<string, string> = {}): Promise<Finished> {
  const PATH = `${sandbox.path("bin")}:${process.env["PATH"]}`;
  const summary = sandbox.path("summary.md");
  return start(["bash", "--norc", "-euo", "pipefail", "-c", command.replaceAll("--for 30s", "--for 1s")], {
    cwd: sandbox.path(""),
    env: { PATH, GITHUB_STEP_SUMMARY: summary, ...env },
  }).finished;
}

/** Executes commands one after the other until one fails, and gives its code; `always` are executed then, too. */
async function runAll(commands: readonly { command: string; always?: boolean }[]): Promise<number | null> {
  let code: number | null = 0;
  for (const { command, always } of commands) {
    if (code !== 0 && always !== true) continue;
    const ran = await run(command);
    expect(`${command}: ${ran.stderr}`).not.toMatch(/: .*(?:not found|usage:|unknown option|internal error)/s);
    code = code === 0 ? ran.code : code;
  }
  return code;
}

describe("GitHub Actions", () => {
  interface Step {
    id?: string;
    name?: string;
    run?: string;
    uses?: string;
    if?: string;
    with?: { path?: string };
  }
  const { jobs } = parse(recipe("github-actions.yml")) as { jobs: { ports: { steps: Step[] } } };
  const { steps } = jobs.ports;

  /** What GitHub would know when a step begins. */
  interface Known {
    steps: Record<string, { outcome: string; outputs: Record<string, string> }>;
    hasFailed: boolean;
  }

  /** Evaluates the condition of a step; without a status function of its own, all before it must have succeeded. */
  function isWanted({ if: condition = "success()" }: Step, { steps: done, hasFailed }: Known): boolean {
    const expression = condition.replace(/^\$\{\{(.*)\}\}$/s, "$1").replaceAll(/steps\.(\w+)\.(\w+)/g, "steps.$1?.$2");
    const hasStatus = /\b(?:success|failure|cancelled|always)\(\)/.test(expression);
    if (!hasStatus && hasFailed) return false;
    return Boolean(
      runInNewContext(expression.replaceAll("outputs.code", "outputs?.code"), {
        steps: done,
        github: { ref_name: "main", event: { repository: { default_branch: "main" } } },
        success: () => !hasFailed,
        cancelled: () => false,
        contains: (text: string, part: string) => text.includes(part),
        hashFiles: (name: string) => (existsSync(sandbox.path(name)) ? "hash" : ""),
      }),
    );
  }

  /** Runs the whole job as GitHub would; gives its code and the names of the steps that ran. */
  async function runJob(): Promise<{ code: number | null; ran: string[] }> {
    const known: Known = { steps: {}, hasFailed: false };
    let code: number | null = 0;
    const names: string[] = [];
    for (const step of steps) {
      const { id, name = "", run: command } = step;
      const isRun = isWanted(step, known);
      if (isRun) names.push(name);
      sandbox.write("outputs", "");
      const ended =
        isRun && command !== undefined ? await run(command, { GITHUB_OUTPUT: sandbox.path("outputs") }) : undefined;
      expect(`${command}: ${ended?.stderr}`).not.toMatch(/: .*(?:not found|usage:|unknown option|internal error)/s);
      if (ended !== undefined && ended.code !== 0) {
        known.hasFailed = true;
        code = code === 0 ? ended.code : code;
      }
      const outputs = Object.fromEntries(
        read("outputs")
          .split("\n")
          .flatMap((line) => (line.includes("=") ? [line.split("=")] : [])),
      ) as Record<string, string>;
      const outcome = isRun ? (ended === undefined || ended.code === 0 ? "success" : "failure") : "skipped";
      if (id !== undefined) known.steps[id] = { outcome, outputs };
    }
    return { code, ran: names };
  }

  it("every step works, with and without a baseline, and a failure is a failure", async () => {
    const first = await runJob();
    expect(first.code).toBe(0);
    expect(first.ran).not.toContain("Compare with the last run without a failure");
    expect(first.ran.at(-1)).toBe("Keep it for the next time");
    expect(read("npm.log")).toBe("install --global portmatrix\n");
    expect(read("baseline.json")).toBe(read("run.json"));
    await required.off();
    const second = await runJob();
    expect(second.code).toBe(1);
    expect(second.ran).not.toContain("Keep it for the next time");
    expect(read("summary.md")).toMatch(
      /## portmatrix: ! warn(.|\n)*## portmatrix: ✗ fail(.|\n)*## portmatrix diff: regression/,
    );
    expect(read("ports.xml")).toContain('failures="1"');
    expect(read("baseline.json")).not.toBe(read("run.json"));
  });

  it("what could not be decided is red and kept; what broke meanwhile is not kept", async () => {
    await addEventConsole();
    const first = await runJob();
    expect(first.code).toBe(3);
    expect(first.ran.at(-1)).toBe("Keep it for the next time");
    expect(read("baseline.json")).toBe(read("run.json"));
    expect((await runJob()).ran).toContain("Compare with the last run without a failure");
    // The same silence after an answer is broken, although the run alone could not decide.
    const answered = read("baseline.json").replaceAll('"outcome": "silent"', '"outcome": "open"');
    sandbox.write("baseline.json", answered);
    expect((await runJob()).ran).not.toContain("Keep it for the next time");
    expect(read("baseline.json")).toBe(answered);
  });

  it("silence that is accepted is green", async () => {
    await addEventConsole();
    sandbox.write("portmatrix.yaml", { ...(JSON.parse(read("portmatrix.yaml")) as object), accept: "unverifiable" });
    expect((await runJob()).code).toBe(0);
  });

  it("expressions stand outside of the commands, and every file that is uploaded exists after a failure", async () => {
    expect(steps.filter(({ run: command }) => command?.includes("${{"))).toEqual([]);
    await runJob();
    await required.off();
    await runJob();
    const upload = steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact"));
    const files = upload?.with?.path?.trim().split("\n") ?? [];
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(sandbox.path(file)))).toEqual([]);
  });
});

describe("GitLab CI", () => {
  interface Job {
    before_script?: string[];
    script: string[];
    allow_failure?: boolean | { exit_codes: number[] };
    artifacts?: { paths?: string[]; reports?: Record<string, string> };
  }
  const { ".portmatrix": shared, stages: _, ...jobs } = parse(recipe("gitlab-ci.yml")) as Record<string, Job>;
  const commandsOf = (job: Job | undefined) =>
    [...(shared?.before_script ?? []), ...(job?.script ?? [])].map((command) => ({ command }));

  it("has the jobs that the documentation names", () => {
    expect(Object.keys(jobs)).toEqual(["ports", "regressions", "wait-for-the-firewall"]);
  });

  it.each(Object.keys(jobs))("%s works, and leaves every artifact that it names", async (name) => {
    expect((await run("portmatrix check portmatrix.yaml --quiet --format json=baseline.json")).code).toBe(0);
    expect(await runAll(commandsOf(jobs[name]))).toBe(0);
    const { paths = [], reports = {} } = jobs[name]?.artifacts ?? {};
    expect([...paths, ...Object.values(reports)].filter((file) => !existsSync(sandbox.path(file)))).toEqual([]);
  });

  it("a broken port fails `ports` and, unless the baseline has it, `regressions`", async () => {
    await run("portmatrix check portmatrix.yaml --quiet --format json=baseline.json");
    await required.off();
    expect(await runAll(commandsOf(jobs["ports"]))).toBe(1);
    expect(JSON.parse(read("ports-quality.json"))).toHaveLength(1);
    expect(await runAll(commandsOf(jobs["regressions"]))).toBe(1);
    expect(read("changes.md")).toContain("regression");
    await run("cp run.json baseline.json");
    expect(await runAll(commandsOf(jobs["regressions"]))).toBe(0);
  });
});

describe("GitLab CI and exit code 3", () => {
  const { ports, regressions } = parse(recipe("gitlab-ci.yml")) as Record<
    string,
    { script: string[]; allow_failure?: { exit_codes: number[] } }
  >;
  it("what could not be decided is a warning, and its record is a baseline; a failure is none", async () => {
    await addEventConsole();
    const code = await runAll((ports?.script ?? []).map((command) => ({ command })));
    expect(code).toBe(3);
    expect(ports?.allow_failure?.exit_codes).toContain(code);
    expect(regressions?.allow_failure?.exit_codes).toContain(code);
    await run("cp run.json baseline.json");
    expect(await runAll((regressions?.script ?? []).map((command) => ({ command })))).toBe(0);
    await required.off();
    const failed = await runAll((ports?.script ?? []).map((command) => ({ command })));
    expect(ports?.allow_failure?.exit_codes).not.toContain(failed);
  });
});

describe("Jenkins", () => {
  const text = recipe("Jenkinsfile");
  const commands = [...text.matchAll(/\bsh (?:'''([\s\S]*?)'''|'([^'\n]*)')/g)].map(([, long, short]) => ({
    command: long ?? short ?? "",
  }));

  it("has balanced braces and commands that the test sees", () => {
    expect(text.match(/\{/g)?.length).toBe(text.match(/\}/g)?.length);
    expect(commands).toHaveLength(text.match(/\bsh '/g)?.length ?? 0);
    expect(commands.length).toBe(4);
  });

  it("what could not be decided is unstable, compared and kept", async () => {
    await addEventConsole();
    const first = commands.filter(({ command }) => !command.includes(" diff "));
    expect(await runAll(first)).toBe(0);
    expect(read("check.code")).toBe("3\n");
    expect(
      /stage\('Undecided'\) \{\s+when \{ expression \{ readFile\('check.code'\)\.trim\(\) == '3' \} \}/.test(text),
    ).toBe(true);
    expect(read("baseline.json")).toBe(read("run.json"));
    await required.off();
    expect(await runAll(first)).toBe(1);
    expect(read("baseline.json")).not.toBe(read("run.json"));
  });

  it("every command works, and a failure is a failure", async () => {
    const first = commands.filter(({ command }) => !command.includes(" diff "));
    expect(await runAll(first)).toBe(0);
    expect(await runAll(commands)).toBe(0);
    await required.off();
    expect(await runAll(commands)).toBe(1);
    expect(read("ports.xml")).toContain('failures="1"');
    // The comparison is for the runs that follow a good one.
    expect((await run(commands.find(({ command }) => command.includes(" diff "))?.command ?? "")).code).toBe(1);
    expect(read("changes.xml")).toContain('failures="1"');
  });
});

describe("cron and the spool folder of the Checkmk agent", () => {
  const lines = recipe("portmatrix.cron")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const every = /^PORTMATRIX_EVERY=(\d+)$/m.exec(lines.join("\n"))?.[1] ?? "";
  /** The command of the one entry, as cron would start it, with the paths of the sandbox. */
  const entry = /^(?:\S+ ){5}(\S+) (.*)$/.exec(lines.at(-1) ?? "");
  const spool = (): string => sandbox.path("agent/spool");
  const tick = (): Promise<Finished> =>
    run((entry?.[2] ?? "").replace("/etc/portmatrix/portmatrix.yaml", sandbox.path("portmatrix.yaml")), {
      PORTMATRIX_SPOOL: spool(),
      PORTMATRIX_EVERY: every,
    });

  beforeEach(() => {
    mkdirSync(spool(), { recursive: true });
    sandbox.write("bin/portmatrix-spool", recipe("portmatrix-spool.sh"), 0o755);
  });

  it("the entry has five fields of time and a user, and starts as often as it says", () => {
    expect(entry?.[1]).toBe("root");
    expect(every).toBe("900");
    expect(lines.at(-1)?.split(" ")[0]?.split(",")).toHaveLength(3600 / Number(every));
  });

  it("leaves one readable file that the agent takes as it is, and replaces it", async () => {
    expect(await tick()).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readdirSync(spool())).toEqual(["1800_portmatrix"]);
    expect(statSync(`${spool()}/1800_portmatrix`).mode & 0o777).toBe(0o644);
    const [header, ...services] = read("agent/spool/1800_portmatrix").trim().split("\n");
    expect(header).toBe("<<<local:sep(0)>>>");
    expect(services.map((line) => line[0])).toEqual(["0", "0"]);
    await required.off();
    expect(await tick()).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(spool())).toEqual(["1800_portmatrix"]);
    expect(read("agent/spool/1800_portmatrix")).toMatch(/^2 "Ports /m);
    expect(readdirSync(sandbox.path("agent")).toSorted()).toEqual(["portmatrix.lock", "spool"]);
  });

  it("a check that could not run leaves the last result to grow old, and says why", async () => {
    await tick();
    const before = read("agent/spool/1800_portmatrix");
    sandbox.write("portmatrix.yaml", "server: [");
    expect(await tick()).toMatchObject({ code: 2, stderr: expect.stringContaining("portmatrix.yaml") });
    expect(read("agent/spool/1800_portmatrix")).toBe(before);
  });
});
