import { readFileSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { registrationSchema } from "../../src/model/registration/registration.ts";
import { onlyWith } from "../net/rungs.ts";
import { useLab } from "../net/use-lab.ts";
import { commandsIn } from "./documents.ts";
import { buildWorld } from "./example-worlds.ts";
import { expectGolden } from "./golden.ts";
import { useListeners } from "./listeners.ts";
import { bin, portmatrix, root, startPortmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const listeners = useListeners();
const lab = useLab(["env"], (lab) => buildWorld(lab, "registration"));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");

/** As if it had run at one fixed moment, on a machine that always takes the same time. */
const normalise = (text: string): string =>
  text
    .replaceAll(/\b(after|in) \d[\d.]* (?:ms|s)(?=$|\n)/g, "$1 0.4 ms")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC, in 0\.4 ms/g, "2026-01-01 12:00 UTC, in 4.6 s")
    .replaceAll(/within 4\.[5-9] s/g, "within 4.5 s");

const commandOf = (path: string): string => {
  const [command = "", ...others] = commandsIn(read(path)).filter((line) => line.includes(" doctor registration "));
  expect(others).toEqual([]);
  return command;
};

it("the doctor of examples/registration says what stands beside it, and in the README", async () => {
  symlinkSync(`${root}examples`, sandbox.path("examples"));
  const command = commandOf("README.md");
  expect(commandOf("examples/registration/README.md")).toBe(command);
  const args = command.replace(/^npx portmatrix /, "").split(" ");
  const argv = ["env", "-C", sandbox.path("."), process.execPath, bin, ...args, "--format", "text"];
  const ran = await lab().on("registration", [...argv, "--format", "json=doctor.json"]);
  expect(ran).toMatchObject({ code: 1, stderr: "" });
  expectGolden("examples/registration/doctor.txt", normalise(ran.stdout));
  const record = registrationSchema.parse(JSON.parse(readFileSync(sandbox.path("doctor.json"), "utf8")));
  expect(record).toMatchObject({ verdict: "broken", firstBroken: "connection", canRegister: false });

  const [, block = ""] = /```\n(portmatrix doctor registration\n[\s\S]*?)```/.exec(read("README.md")) ?? [];
  const parts = block.split("…\n");
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(read("examples/registration/doctor.txt")).toContain(part);
});

it.each(["python3", "perl"])("the doctor says the same through a place that has %s alone", async (program) => {
  const command = commandOf("README.md");
  const args = command.replace(/^npx portmatrix /, "").split(" ");
  const argv = ["env", "-C", root, process.execPath, bin, ...args, "--format", "json"];
  const through = await onlyWith(lab(), `only-${program}`, [program]);
  const here = await lab().on("registration", argv);
  const there = await lab().on("registration", [...argv, "--via", through.join(" ")]);
  const essence = (text: string) => {
    const { steps, firstBroken, causes, remedies } = registrationSchema.parse(JSON.parse(text));
    return { firstBroken, causes, remedies, steps: steps.map(({ name, state, symptom }) => [name, state, symptom]) };
  };
  expect(there).toMatchObject({ code: here.code, stderr: "" });
  expect(essence(there.stdout)).toEqual(essence(here.stdout));
});

describe("without a network of its own", () => {
  const doctor = (...args: string[]) => portmatrix(["doctor", "registration", ...args], { cwd: sandbox.path(".") });

  it("a refused port is a broken step: exit code 1", async () => {
    const port = String(await listeners.closedPort());
    const { code, stdout, stderr } = await doctor("--server", "127.0.0.1", "--site", "main", "--port", port);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expectGolden("test/cli/golden/doctor/refused.txt", normalise(stdout).replaceAll(port, "8000"));
  });

  it("--via wants a command: exit code 2", async () => {
    for (const via of ["", "ssh 'web01"]) {
      const { code, stderr } = await doctor("--server", "127.0.0.1", "--site", "main", "--via", via);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--via") });
    }
  });

  it("a port that takes connections and says nothing is no receiver: exit code 1", async () => {
    const { port } = await listeners.tcp();
    const args = ["--server", `127.0.0.1:${port}`, "--site", "main", "--timeout", "300ms", "--format", "json"];
    const { code, stdout } = await doctor(...args);
    expect(code).toBe(1);
    const record = registrationSchema.parse(JSON.parse(stdout));
    expect(record).toMatchObject({ firstBroken: "tls", subject: { expectedPort: port, expectedFrom: "option" } });
    expect(record.steps.map(({ state }) => state)).toEqual([
      "ok",
      ...Array<string>(3).fill("skipped"),
      "ok",
      "broken",
      "skipped",
      "skipped",
    ]);
  });

  it("what the controller refuses is the first broken step, wherever the doctor runs: exit code 1", async () => {
    const args = ["--site", "main", "--host", "127.0.0.1", "--from", "server", "--format", "json"];
    const { code, stdout } = await doctor("--server", "cmk_1", ...args);
    expect(code).toBe(1);
    const { firstBroken, steps } = registrationSchema.parse(JSON.parse(stdout));
    expect(firstBroken).toBe("name");
    expect(steps[0]).toMatchObject({ symptom: "server-refused", message: expect.stringContaining("an underscore") });
    const twin = await doctor("--server", "cmk-1", ...args);
    expect(registrationSchema.parse(JSON.parse(twin.stdout))).not.toHaveProperty("firstBroken");
  });

  it("on the server, with nothing wrong, it stays undecided: exit code 3", async () => {
    const { code, stdout } = await doctor(
      "--server",
      "127.0.0.1",
      "--site",
      "main",
      "--host",
      "127.0.0.1",
      "--from",
      "server",
    );
    expect(code).toBe(3);
    expect(stdout).toContain("1-7 – Not tried: it has to start at 127.0.0.1.");
  });

  it.each<[string[], string]>([
    [[], "doctor registration: say --server and --site"],
    [["--server", "cmk"], "--site: say which site the agent is to register with: --site SITE\n"],
    [
      ["--server", "cmk", "--site", "main", "--format", "xml"],
      '--format: "xml" is not a format; use one of text, json',
    ],
    [["--server", "cmk", "--site", "main", "--port", "0"], "is not a port between 1 and 65535"],
    [["--server", "cmk", "--site", "main", "--fast"], "unknown option '--fast'"],
  ])("%j is an input error: exit code 2, nothing is sent", async (args, message) => {
    const { code, stdout, stderr } = await doctor(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("interrupted, it tells what it has: exit code 130", async () => {
    const { port, visited } = await listeners.tcp();
    const args = ["--server", `127.0.0.1:${port}`, "--site", "main", "--timeout", "1m"];
    const { child, finished } = startPortmatrix(["doctor", "registration", ...args]);
    await visited;
    child.kill("SIGINT");
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    expect(stdout).toContain("Interrupted: ");
  });

  it("doctor alone shows its help and is an error of the user", async () => {
    expect(await portmatrix(["doctor"])).toMatchObject({ code: 2, stdout: "" });
  });
});
