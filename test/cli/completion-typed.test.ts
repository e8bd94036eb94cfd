import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bin } from "./program.ts";

const isRequired = process.env["PORTMATRIX_REQUIRE_NET"] === "1";
const topology =
  "server: { name: cmk, address: 192.0.2.1, sites: [main] }\nhosts: [{ name: web01, address: 192.0.2.2 }]\n";
/** script(1) gives a pseudo-terminal. */
const terminal = "script";
let home = "";
let work = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "typed-"));
  work = join(home, "work");
  mkdirSync(join(home, "plans"));
  mkdirSync(work);
  writeFileSync(join(home, "portmatrix"), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(home, "portmatrix"), 0o755);
  writeFileSync(join(home, "saved-run.json"), "{}");
  writeFileSync(join(home, "plans", "north.yaml"), topology);
  writeFileSync(join(work, "reported.html"), "");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** How each shell is started at a terminal, without anybody's settings, and told of the completions. */
const shells = {
  bash: {
    argv: "bash --norc --noprofile -i",
    setUp:
      "bind 'set enable-bracketed-paste off'; source <(portmatrix completion bash); words() { printf '<%s>' \"$@\"; echo '|'; }",
  },
  zsh: {
    argv: "zsh -f -i",
    setUp:
      "autoload -U compinit; compinit -u -D; source <(portmatrix completion zsh); words() { printf '<%s>' \"$@\"; echo '|'; }",
  },
  fish: {
    argv: "fish --no-config -i",
    setUp: "portmatrix completion fish | source; function words; printf '<%s>' $argv; echo '|'; end",
  },
} as const;
type Shell = keyof typeof shells;

const [tab, toLineBegin, enter] = ["\t", "\u0001", "\r"];

/**
 * What is on the line of a shell at a terminal after `typed` and the Tab key: its words, as the shell hands them to a
 * program. A function in front of the line shows them.
 */
async function afterTab(shell: Shell, typed: string): Promise<string[]> {
  const { argv, setUp } = shells[shell];
  const env = {
    PATH: `${home}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    TERM: "xterm",
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
  };
  const child = spawn(terminal, ["-qec", argv, "/dev/null"], { cwd: work, env });
  let shown = "";
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  /** Waits until the terminal shows this; the keys are echoed, so it is never what was typed. */
  const shows = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${shell} never showed ${pattern}:\n${shown}`)), 25_000);
      const look = () => {
        const found = pattern.exec(shown);
        if (found === null) return;
        clearTimeout(timer);
        child.stdout.off("data", look);
        resolve(found);
      };
      child.stdout.on("data", look);
      look();
    });
  child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  child.stdin.on("error", () => undefined);
  try {
    child.stdin.write(`${setUp}; echo set-"up"${enter}`);
    await shows(/set-up/);
    child.stdin.write(`${typed}${tab}${toLineBegin}words ${enter}`);
    const [, words = ""] = await shows(/<portmatrix>((?:<[^<>\r\n]*>)+)\|/);
    return words.slice(1, -1).split("><");
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
}

const cases = (Object.keys(shells) as Shell[]).map((shell) => {
  const isThere = isRequired || [shell, terminal].every((one) => spawnSync(one, ["--version"]).error === undefined);
  return { shell, isThere, name: isThere ? shell : `${shell} (skipped: it or script is not installed)` };
});

describe.each(cases)("the Tab key in $name", ({ shell, isThere }) => {
  it.runIf(isThere)("completes the file behind --format html=", async () => {
    const typed = "portmatrix check --format html=rep";
    expect(await afterTab(shell, typed)).toEqual(["check", "--format", "html=reported.html"]);
  });

  it.runIf(isThere)("completes the file behind --format=html=", async () => {
    const typed = "portmatrix check --format=html=rep";
    expect(await afterTab(shell, typed)).toEqual(["check", "--format=html=reported.html"]);
  });

  it.runIf(isThere)("completes a file below ~", async () => {
    expect(await afterTab(shell, "portmatrix report ~/sav")).toEqual(["report", join(home, "saved-run.json")]);
  });

  it.runIf(isThere)("completes the nodes of a topology below ~", async () => {
    const typed = "portmatrix check ~/plans/north.yaml --from web";
    const words = ["check", join(home, "plans/north.yaml"), "--from", "web01"];
    expect(await afterTab(shell, typed)).toEqual(words);
  });

  it.runIf(isThere)("twin: a file that is not there is not completed", async () => {
    const typed = "portmatrix check --format html=nothing";
    expect(await afterTab(shell, typed)).toEqual(["check", "--format", "html=nothing"]);
  });
});
