import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bin, portmatrix, start } from "./program.ts";

const isRequired = process.env["PORTMATRIX_REQUIRE_NET"] === "1";
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "completion-"));
  writeFileSync(join(directory, "portmatrix"), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(directory, "portmatrix"), 0o755);
  writeFileSync(
    join(directory, "portmatrix.yaml"),
    `catalog: checkmk/2.3
server: { name: cmk, address: 192.0.2.1, sites: [{ name: main }] }
hosts:
  - { name: web01, address: 192.0.2.11, snmp: { version: 2c, community: { env: NOT_SET_HERE } } }
  - { name: web02, address: 192.0.2.12 }
  - { name: db01, address: 192.0.2.13 }
`,
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** How each shell is asked for the candidates of a line whose words these are; the last one is at the cursor. */
const askers = {
  bash: (words: readonly string[]) => `
    source <(portmatrix completion bash)
    compopt() { echo "compopt $*"; }
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
    _portmatrix portmatrix; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words: readonly string[]) => `
    compdef() { :; }; _files() { echo "compopt -o default"; }
    compadd() { local -a all=(\${(P)@[-1]}); print -rl -- "\${(M)all[@]:#$words[CURRENT]*}"; }
    source <(portmatrix completion zsh)
    words=(${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length}
    _portmatrix`,
  fish: (words: readonly string[]) => `
    portmatrix completion fish | source
    complete -C '${words.join(" ")}'`,
} as const;

/** What a shell offers, without the texts beside the words. */
async function offered(shell: keyof typeof askers, words: readonly string[]): Promise<string[]> {
  const path = `${directory}:${process.env["PATH"] ?? ""}`;
  const argv = { bash: ["bash", "--norc", "-c"], zsh: ["zsh", "-f", "-c"], fish: ["fish", "--no-config", "-c"] }[shell];
  const ran = await start([...argv, askers[shell](words)], { cwd: directory, env: { PATH: path, HOME: directory } })
    .finished;
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return ran.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/\t.*$/, ""));
}

const shells = (["bash", "zsh", "fish"] as const).map((shell) => {
  const isThere = isRequired || spawnSync(shell, ["--version"]).error === undefined;
  return { shell, isThere, name: isThere ? shell : `${shell} (skipped: not installed)` };
});

describe.each(shells)("$name", ({ shell, isThere }) => {
  it.runIf(isThere)("completes commands", async () => {
    expect((await offered(shell, ["portmatrix", "doctor", ""])).toSorted()).toEqual(["registration", "setup"]);
  });

  it.runIf(isThere)("completes options, and the values that an option has", async () => {
    expect(await offered(shell, ["portmatrix", "check", "--diff"])).toEqual(["--diff-format"]);
    expect(await offered(shell, ["portmatrix", "check", "--format", "gi"])).toEqual(["github", "gitlab"]);
  });

  it.runIf(isThere)("completes the nodes of the topology at hand, although its secrets are not set", async () => {
    expect(await offered(shell, ["portmatrix", "check", "--from", "web"])).toEqual(["web01", "web02"]);
  });

  it.runIf(isThere)(
    "completes the flows that trace can be asked for, of the usual topology and of one that is named",
    async () => {
      const id = "2.2/agent-registration/web01->cmk/tcp/8000";
      const quoted = shell === "bash" ? id.replace(">", String.raw`\>`) : id;
      const begun = "2.2/agent-registration/web01";
      expect(await offered(shell, ["portmatrix", "trace", begun])).toContain(quoted);
      expect(await offered(shell, ["portmatrix", "trace", "portmatrix.yaml", begun])).toEqual([quoted]);
      expect(await offered(shell, ["portmatrix", "trace", "other.yaml", "2.2/"])).toEqual([]);
    },
  );

  it.runIf(isThere)("completes files where a file stands", async () => {
    const found = await offered(shell, ["portmatrix", "report", ""]);
    expect(found.some((one) => one === "compopt -o default" || one === "portmatrix.yaml")).toBe(true);
  });
});

it("bash breaks words at =, and gets what stands behind it", async () => {
  expect(await offered("bash", ["portmatrix", "check", "--stage", "=", "pre"])).toEqual(["preinstall"]);
});

it("a topology that cannot be read has no names, and no complaint", async () => {
  const asked = { input: "check\nno-such-file.yaml\n--from\n\n" };
  expect(await portmatrix(["complete", "bash"], asked)).toMatchObject({ code: 0, stdout: "", stderr: "" });
});
