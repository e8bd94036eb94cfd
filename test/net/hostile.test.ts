import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build } from "esbuild";
import { runCampaign } from "../hostile/campaign.ts";
import type { KindName } from "../hostile/kinds.ts";
import { collect, refusalOf } from "./lab.ts";

// The campaign of test/hostile with a count as its bound, and the proof that it finds what it looks for.

const campaign = fileURLToPath(new URL("../hostile/run.mjs", import.meta.url));
const run = (...args: string[]) => collect([process.execPath, campaign, "--seed", "14", "--rounds", "1", ...args]);

const directory = mkdtempSync(join(tmpdir(), "portmatrix-hostile-"));
afterAll(() => rmSync(directory, { recursive: true }));

let refusal: string | undefined;
beforeAll(async () => {
  refusal = await refusalOf([]);
  if (refusal !== undefined && process.env["PORTMATRIX_REQUIRE_NET"] === "1") throw new Error(refusal);
});
beforeEach((context) => {
  if (refusal !== undefined) context.skip(refusal);
});

// Services that are slow by nature are waited for, and far sides that are mute given up: twenty seconds, and more where
// the machine is busy.
it("the program holds against one trial of every kind", { timeout: 300_000 }, async () => {
  const { code, stdout, stderr } = await run();
  expect({ code, stderr, found: stdout.split("\n").filter((line) => line.includes("again:")) }).toEqual({
    code: 0,
    stderr: "",
    found: [],
  });
  expect(stdout).toMatch(/^\| all +\| +\| +11 \| +\d{3} \|(?: +0 \|){7}$/m);
});

/** A program that takes every peer for broken, and does one thing besides. */
const fake = (fault: string): string => `
  import { spawn } from "node:child_process";
  import { readFileSync, writeFileSync } from "node:fs";
  const { requirements } = JSON.parse(readFileSync("t.json", "utf8"));
  let [verdict, proof] = ["fail", "proven"];
  const writeRecord = () => {
    const results = requirements.map(({ tcp: port }) => ({ port, verdict, proof, reason: "x" }));
    writeFileSync("run.json", JSON.stringify({ results }));
  };
  ${fault};
  writeRecord();`;

/** A program that lets no far side decide anything but its own flows, which are errors, and does one thing besides. */
const fakeOfFarSides = (fault: string): string => `
  import { spawn } from "node:child_process";
  import { existsSync, writeFileSync, readFileSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  const { requirements, vantages } = JSON.parse(readFileSync("t.json", "utf8"));
  const isHonest = (from) => ["cmk", "honest"].includes(from);
  const results = requirements.map(({ from, tcp, udp, service }) => ({
    from, protocol: tcp === undefined ? "udp" : "tcp", port: tcp ?? udp, reason: "x",
    verdict: isHonest(from) ? (service === "none" ? "fail" : "pass") : "error",
  }));
  ${fault};
  writeFileSync("run.json", JSON.stringify({ results }));`;

/** One trial of a kind against that program, in this process. */
async function tryFake(code: string, kind: KindName = "peers"): Promise<string[]> {
  const program = join(directory, "fake.mjs");
  writeFileSync(program, kind === "peers" ? fake(code) : fakeOfFarSides(code));
  const found: string[] = [];
  await runCampaign({
    kinds: [kind],
    seed: 14,
    directory,
    program: [process.execPath, program],
    rounds: 1,
    untilMs: Infinity,
    boundMs: 5_000,
    isAlone: false,
    atOnce: 1,
    onComplaint: ({ fault }) => found.push(fault),
  });
  return found;
}

describe("the campaign finds", () => {
  it.each([
    ["crash", "an exit code that is not documented", "process.exitCode = 99"],
    ["crash", "a signal", `process.kill(process.pid, "SIGSEGV")`],
    ["crash", "a stack trace", `console.error(new Error("x").stack)`],
    ["crash", "an internal error", `console.error("portmatrix: internal error: x")`],
    ["hang", "a program that does not end", "await new Promise(() => setInterval(() => {}, 1000))"],
    ["false verdict", "a program that believes every peer", `verdict = "pass"`],
    ["secret", "a secret on standard error", `console.error("it is " + process.env.HOSTILE_SECRET)`],
    ["secret", "a secret in a report", `requirements[0].tcp = process.env.HOSTILE_SECRET`],
    ["raw bytes", "an escape sequence on standard output", String.raw`console.log("\u001b[31m")`],
    ["raw bytes", "a letter that nobody sees", String.raw`console.log("a\u3164b")`],
    ["raw bytes", "a command to the log of a CI job", `console.log("  ::error file=hostile-mark::boo")`],
    ["leftover", "a draft", `writeFileSync(".portmatrix-0.part", "")`],
    ["hidden failure", "a report that was not written", `process.exit(0)`],
  ])("%s: %s", async (fault, _what, code) => expect(await tryFake(code)).toContain(fault));

  it("nothing in a program that does nothing wrong", async () => expect(await tryFake("")).toEqual([]));

  describe("beside workers of sockets that mean harm", () => {
    beforeAll(() =>
      build({
        entryPoints: [fileURLToPath(new URL("../hostile/far/far-side.ts", import.meta.url))],
        outfile: join(directory, "far-side.mjs"),
        bundle: true,
        platform: "node",
        format: "esm",
      }),
    );

    it.each([
      [
        "false verdict",
        "another node's flow that they decide",
        `for (const one of results) if (one.from === "honest") one.verdict = "pass"`,
      ],
      [
        "false verdict",
        "their silence that is taken for the network's",
        `for (const one of results) if (!isHonest(one.from)) one.verdict = "fail"`,
      ],
      ["secret", "one that shows what it was given", `results[0].reason = process.env.HOSTILE_SECRET`],
      [
        "secret",
        "a secret that is given to a node that it is not for",
        `const [file, ...args] = vantages.far1.exec;
         const far = spawn(file, [...args, "sh"], { stdio: ["pipe", "ignore", "ignore"] });
         far.stdin.write(process.env.HOSTILE_SECRET);
         for (let tries = 0; tries < 200 && !existsSync("heard1"); tries++) await sleep(50);
         far.kill("SIGKILL")`,
      ],
      ["raw bytes", "words of theirs that steer a terminal", String.raw`console.log("\u001b[31m")`],
      ["hidden failure", "a record that they prevent", `process.exit(3)`],
      ["crash", "an end that they bring about", `process.exit(70)`],
    ])("%s: %s", async (fault, _what, code) => expect(await tryFake(code, "far-sockets")).toContain(fault));

    it("nothing in a program that does nothing wrong", async () =>
      expect(await tryFake("", "far-sockets")).toEqual([]));
  });

  it("leftover: a process; and says how to have it again", async () => {
    const program = join(directory, "fake.mjs");
    writeFileSync(program, fake(`spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).unref()`));
    const { code, stdout } = await run("--only", "peers", "--program", program);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^leftover: peers: process \d+ in \S+\/trials\/peers: sleep 600$/m);
    expect(stdout).toContain("again: npm run hostile -- --only peers --seed 14 --rounds 1");
  });

  it("no kind that there is not", async () => {
    expect(await run("--only", "nonsense")).toMatchObject({ code: 2, stderr: expect.stringContaining("no such kind") });
  });
});
