import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { bin, portmatrix, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();

/** Runs the demo with a directory for temporary files of its own, and tells what is left in it. */
async function demo(name: string) {
  const folder = sandbox.path(name);
  mkdirSync(folder);
  const ran = await portmatrix(["demo"], { env: { TMPDIR: folder } });
  return { ...ran, left: readdirSync(folder) };
}

it("two demos side by side both find the seven faults and leave nothing behind", async () => {
  for (const { code, stdout, stderr, left } of await Promise.all([demo("one"), demo("two")])) {
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: "", left: [] });
    expect(stdout).toMatch(/^2\.1 {2}Monitored host {3}/m);
    expect(stdout).toMatch(/^FAIL {2}\d+ pass, 1 warn, 6 fail, \d+ unknown, \d+ error, 0 skipped in /m);
    const story = stdout.slice(stdout.indexOf("What was broken on purpose"));
    const faults = story.split(/^ {2}(?=\d\. )/m).slice(1);
    expect(faults.map((fault) => / -> (\w+): ([\w-]+) \(/.exec(fault)?.slice(1))).toEqual([
      ["fail", "connection-refused"],
      ["fail", "accepted-then-closed"],
      ["warn", "snmp-community-unanswered"],
      ["fail", "no-answer"],
      ["fail", "wrong-site"],
      ["fail", "foreign-certificate"],
      ["fail", "open-not-blocked"],
    ]);
    expect(story).not.toContain("MISSED");
    expect(story).toContain("What to type next");
  }
});

it("writes any format, and nothing beside a report for a program", async () => {
  const page = sandbox.path("report.html");
  const ran = await portmatrix(["demo", "--format", "json", "--format", `html=${page}`]);
  expect(ran.code).toBe(0);
  const record = JSON.parse(ran.stdout) as { topology: string; results: { verdict: string }[] };
  expect(record.topology).toBe("the demo lab");
  expect(record.results.filter(({ verdict }) => verdict === "fail")).toHaveLength(6);
  expect(ran.stderr).toContain("What was broken on purpose");
  expect(readFileSync(page, "utf8")).toContain("the demo lab");
});

it("--keep leaves the lab to other commands until it is interrupted", async () => {
  const folder = sandbox.path("keep");
  mkdirSync(folder);
  const argv = [process.execPath, "bin/portmatrix.cjs", "demo", "--keep"];
  const { child, finished } = start(argv, { env: { TMPDIR: folder } });
  let text = "";
  const place = await new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /^ {2}cd (\S+) && \. \.\/environment$/m.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const own = `. ./environment && exec '${process.execPath}' '${bin}' check --timeout 2s --only db01 --format tap`;
  const ran = await start(["sh", "-c", own], { cwd: place }).finished;
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).not.toMatch(/^not ok/m);
  child.kill("SIGINT");
  expect(await finished).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(folder)).toEqual([]);
});

it("an interrupted demo leaves nothing behind and ends with 130", async () => {
  const folder = sandbox.path("tmp");
  mkdirSync(folder);
  const { child, finished } = start([process.execPath, "bin/portmatrix.cjs", "demo"], { env: { TMPDIR: folder } });
  child.stdout.once("data", () => child.kill("SIGINT"));
  const { code, stderr } = await finished;
  expect({ code, stderr, left: readdirSync(folder) }).toEqual({ code: 130, stderr: "", left: [] });
});
