import { describe, expect, it } from "vitest";
import { renderGithub } from "../../src/report/run/github.ts";
import { thousand } from "../cases/report-run.ts";
import { eachRun, runs } from "./runs.ts";

interface Command {
  name: string;
  properties: Record<string, string>;
  message: string;
}

const decode = (text: string): string => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
const decodeProperty = (text: string): string => decode(text.replaceAll("%3A", ":").replaceAll("%2C", ","));

/** Reads a line as the runner of GitHub Actions does: `::name key=value,key=value::message`. */
function parse(line: string): Command {
  const [, name = "", list = "", message = ""] = /^::(\S+?)(?: (.*?))?::(.*)$/.exec(line) ?? [];
  if (!/^(error|warning|notice)$/.test(name)) throw new Error(`no annotation: ${line}`);
  const properties = list.split(",").map((pair) => {
    const [key = "", ...value] = pair.split("=");
    if (!/^(file|line|endLine|col|endColumn|title)$/.test(key) || value.length === 0) throw new Error(`bad: ${pair}`);
    return [key, decodeProperty(value.join("="))] as const;
  });
  return { name, properties: Object.fromEntries(properties), message: decode(message) };
}
const read = (text: string): Command[] => text.trimEnd().split("\n").map(parse);

describe.each(eachRun)("%s", (_, run) => {
  const commands = read(renderGithub(run));

  it("is made of annotations with a title and a message", () => {
    for (const { properties, message } of commands) {
      expect(properties["title"]).toMatch(/./);
      expect(message).toMatch(/./);
    }
  });

  it("has an error if and only if something failed or could not be tried", () => {
    const { fail, error, verdict } = run.summary;
    expect(commands.some(({ name }) => name === "error")).toBe(fail + error > 0);
    expect(commands.at(-1)).toMatchObject({ name: "notice", properties: { title: `portmatrix: ${verdict}` } });
  });
});

it("gives back what was escaped", () => {
  const run = { ...runs.failing(), topology: "a,b:c%.yaml" };
  expect(read(renderGithub(run))[0]?.properties["file"]).toBe("a,b:c%.yaml");
});

it("keeps to ten of each level, and counts the rest", () => {
  const run = thousand();
  const lonely = run.results.map((result) => ({
    ...result,
    reason: "open-not-blocked" as const,
    verdict: "fail" as const,
  }));
  const commands = read(renderGithub({ ...run, results: lonely.filter((_, at) => at % 41 === 0) }));
  for (const level of ["error", "warning", "notice"]) {
    expect(commands.filter(({ name }) => name === level).length).toBeLessThanOrEqual(10);
  }
});

it("the reader refuses what the runner would not take for a command", () => {
  expect(() => parse(":error title=a::b")).toThrow("no annotation");
  expect(() => parse("::error title::b")).toThrow("bad: title");
});
