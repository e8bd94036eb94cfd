import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isRequired, namedLab, refusal, repository } from "../lab/driver.ts";

const reason = refusal();
/** The rule that the firewall team puts in by mistake; the flows that it changes all worked before. */
const fault = "block-web";
/** A part of the lab that is green while nothing is broken, and in which the rule breaks something. */
const remoteSites = ["--section", "3.1"];

it.runIf(isRequired)("the lab can be made here", () => {
  expect(reason).toBeUndefined();
});

describe.skipIf(reason !== undefined)(`a firewall change${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const lab = namedLab("story");
  const folder = mkdtempSync(join(tmpdir(), "portmatrix-story-"));
  const [old, changes, watched] = ["old.json", "changes.json", "watched.json"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const command = (...words: string[]) => [
    process.execPath,
    "bin/portmatrix.cjs",
    "check",
    "lab/topology.yaml",
    "--timeout",
    "3s",
    ...words,
  ];
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8"));
  beforeAll(() => lab.drive("up"));
  afterAll(async () => {
    await lab.drive("down");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is compared with the run before it: exactly the broken cells, exit code 1", async () => {
    const before = await lab.run(command("--quiet", "--format", `json=${old}`));
    expect(before).toMatchObject({ code: 1, stderr: "" }); // the lab has hosts with which something is wrong
    await lab.drive("break", fault);

    const after = await lab.run(
      command("--quiet", "--baseline", old, "--diff-format", "table", "--diff-format", `json=${changes}`),
    );
    expect(after).toMatchObject({ code: 1, stderr: "" });
    const found = read(changes).changes as { id: string; kind: string }[];
    const said = found.map(({ kind, id }) => `${kind} ${id}`);
    const described = await changesDescribed();
    expect(said.toSorted()).toEqual(described);
    const broken = described.filter((line) => line.startsWith("broken "));
    expect(broken.length).toBeGreaterThan(40);
    expect(after.stdout).toContain(`does not work now (${broken.length})`);
    expect(after.stdout).toMatch(/now no answer/);
  });

  it("is watched until the rule is gone: all turns green, exit code 0", async () => {
    const words = ["--watch", "--until-pass", "--interval", "1s", ...remoteSites, "--format", `json=${watched}`];
    const [program = "", ...args] = command(...words);
    const env = { ...process.env, LAB_NAME: lab.name };
    const child = spawn(program, args, { cwd: repository, env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "close");
    let text = "";
    let mended: Promise<unknown> | undefined;
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (/✗ cmk → muc +443\/tcp.*: no answer; red/.test(text)) mended ??= lab.drive("mend", fault);
    });
    onTestFinished(() => void child.kill());
    const [code] = await ended;
    await mended;
    expect(text).toMatch(/not green$/m);
    expect(text).toMatch(/✓ cmk → muc +443\/tcp.*: no answer, now \S+; green/);
    expect(text).toMatch(/all green$/m);
    expect({ code, verdict: read(watched).summary.fail }).toEqual({ code: 0, verdict: 0 });
  });

  it("is no change any more once it is mended", async () => {
    const ran = await lab.run(command("--quiet", "--baseline", old, "--diff-format", `json=${changes}`));
    expect({ code: ran.code, changes: read(changes).changes }).toEqual({ code: 0, changes: [] });
  });

  /** What becomes of the flows that the rule changes, by the description: those that worked are broken. */
  async function changesDescribed(): Promise<string[]> {
    const from = (file: string) => import(join(repository, "lab/driver", file));
    const { truthOf } = await from("truth.mjs");
    const { plannedFlows } = await from("flows.mjs");
    const { readDescription } = await from("description.mjs");
    const ids: string[] = plannedFlows().map(({ id }: { id: string }) => id);
    const { healthy, changed } = truthOf(readDescription(join(repository, "docker-compose.yml")), ids);
    // What was open and is not any more is broken, even if it was the wrong one that answered.
    const worked = (id: string) =>
      ["pass", "warn"].includes(healthy.get(id).verdict) || healthy.get(id).outcome === "open";
    return ids
      .filter((id) => changed.get(fault).has(id))
      .map((id) => `${worked(id) ? "broken" : "changed"} ${id}`)
      .toSorted();
  }
});
