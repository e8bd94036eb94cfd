import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { strangeIn, usePowershell } from "../../../test/cases/powershell.ts";
import { closes, peer } from "../../../test/cases/service-peer.ts";
import type { Answer } from "../../model/outcome.ts";
import type { ProbeSpec } from "../../model/task.ts";
import { openExec } from "../exec.ts";
import { powershellArguments, powershellScript } from "./powershell.ts";
import type { Vantage } from "../vantage.ts";

const { signal } = new AbortController();
const worker = readFileSync(new URL("../../../worker/sockets.ps1", import.meta.url), "utf8");
const open = (prefix: readonly string[], source = worker) =>
  openExec(prefix, {
    agentSource: "",
    readFarWorker: () => Promise.resolve(Buffer.from(source)),
    shell: "pwsh",
    openTimeoutMs: 15_000,
    graceMs: 1_000,
    env: process.env,
    signal,
  });
async function ask(vantage: Vantage, probe: ProbeSpec, timeoutMs = 1_000, target = "127.0.0.1"): Promise<Answer> {
  const { answers } = await vantage.observe({ id: "t", target, timeoutMs, probe }, signal);
  return answers[0] as Answer;
}

it("the worker is ASCII, so that each of its characters is one byte, and what starts it is one line", () => {
  for (const text of [worker, powershellScript]) expect(text).toMatch(/^[\n -~]*$/);
  expect(powershellScript.trimEnd()).not.toContain("\n");
  expect(powershellArguments.join(" ").length).toBeLessThan(100);
});

describe("behind PowerShell", () => {
  usePowershell();

  it("the worker has no syntax that came after 5.1", () => {
    expect(strangeIn([worker, powershellScript, "$a = $b ? 1 : $c ?? 2", "a && b", "if (1) {"])).toEqual([
      [],
      [],
      ["QuestionMark", "QuestionQuestion"],
      ["AndAnd"],
      ["True"],
    ]);
  });

  it("a worker is started over stdin, and tells open from refused", async () => {
    const vantage = await open(["env"]);
    onTestFinished(() => vantage.close());
    expect(vantage.description).toMatch(/^env \(PowerShell 7\./);
    expect(vantage.rung).toBe("powershell");
    const { port } = await peer(closes);
    expect((await ask(vantage, { kind: "tcp", port })).outcome.kind).toBe("open");
    expect((await ask(vantage, { kind: "tcp", port: 9 })).outcome.kind).toBe("refused");
    expect((await ask(vantage, { kind: "icmp" })).outcome.kind).toBe("open");
    const named = await ask(vantage, { kind: "tcp", port }, 1_000, "localhost");
    expect(named.outcome.kind).toMatch(/open|refused/);
    expect((await ask(vantage, { kind: "tcp", port }, 1_000, "no-such-name.invalid")).outcome).toMatchObject({
      kind: "unsent",
      cause: "name",
    });
  });

  it("Constrained Language is told apart, and in full language all is well", async () => {
    const first = (line: string) => [
      "sh",
      "-c",
      `(printf '%s\\n\\n' "$0"; exec cat) | exec "$@"`,
      `$ExecutionContext.SessionState.LanguageMode='${line}'`,
    ];
    await expect(open(first("ConstrainedLanguage"))).rejects.toThrow(
      "sh: PowerShell there runs in Constrained Language, which allows no sockets (AppLocker or App Control)",
    );
    const vantage = await open(first("FullLanguage"));
    onTestFinished(() => vantage.close());
    expect(vantage.rung).toBe("powershell");
  });

  it("a mistake of the worker is told with its line, and nothing is made of it", async () => {
    const vantage = await open(["env"], worker.replace("function Open-Tcp(", "function Open-Nothing("));
    onTestFinished(() => vantage.close());
    const { outcome } = await ask(vantage, { kind: "tcp", port: 9 });
    expect(outcome).toMatchObject({ kind: "unsent", cause: "vantage" });
    expect(outcome).toHaveProperty(
      "detail",
      expect.stringMatching(/^the worker at the vantage point failed: .*line \d+/),
    );
  });
});

describe("a program in place of PowerShell", () => {
  const scratch = mkdtempSync(join(tmpdir(), "portmatrix-powershell-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  /** A program that says what PowerShell would, and then acts on each order. */
  function instead(name: string, act: string): string[] {
    const path = join(scratch, name);
    writeFileSync(
      path,
      `#!/usr/bin/env node
const say = (text) => process.stdout.write(text + "\\n");
say('{"type":"source","runtime":"powershell","version":"5.1.20348.1"}');
let received = "", sent = false;
process.stdin.on("data", (chunk) => {
  received += chunk;
  if (!sent && received.includes("# end of source\\n")) {
    sent = true;
    received = received.slice(received.indexOf("# end of source\\n") + 16);
    say('{"type":"sockets","protocol":1,"runtime":"powershell","version":"5.1.20348.1"}');
  }
  if (!sent) return;
  const lines = received.split("\\n");
  received = lines.pop();
  for (const [order, id, ...words] of lines.map((line) => line.split(" "))) { ${act} }
}).on("end", () => process.exit(0));
`,
    );
    chmodSync(path, 0o755);
    return [path];
  }
  const openInstead = (prefix: string[]) => open(prefix, "# end of source\n");

  it("a refusal that takes two seconds, as on Windows, is refused and not silence", async () => {
    const act =
      'if (order === "tcp") setTimeout(() => say(`error ${id} ECONNREFUSED 0 2031000 -`), 2_030); if (order === "quiet") say(`quiet ${id}`);';
    const vantage = await openInstead(instead("slow", act));
    onTestFinished(() => vantage.close());
    expect((await ask(vantage, { kind: "tcp", port: 9 })).outcome).toMatchObject({ kind: "refused", rttMs: 2031 });
  });

  it("its twin that never says anything is silent, after no less than Windows may take", async () => {
    const vantage = await openInstead(instead("mute", 'if (order === "quiet") say(`quiet ${id}`);'));
    onTestFinished(() => vantage.close());
    const { outcome } = await ask(vantage, { kind: "tcp", port: 9 });
    expect(outcome).toMatchObject({ kind: "silent" });
    expect((outcome as { waitedMs: number }).waitedMs).toBeGreaterThanOrEqual(3_490);
  });

  it.each([
    ["garbage", 'say("\\u001b[31mPS C:\\\\> ")'],
    ["a socket that nobody asked for", 'say("open 99 127.0.0.1 1 1 0")'],
    ["bytes before the connection", 'if (order === "tcp") say(`data ${id} 00`)'],
    ["endless bytes", 'if (order === "tcp") say(`open ${id} - 0 1 0\\ndata ${id} ${"00".repeat(70_000)}`)'],
    ["a line that ends in the middle", 'process.stdout.write("open 1 127.0", () => process.exit(0))'],
  ])("that says %s makes no verdict", async (name, act) => {
    const vantage = await openInstead(instead(name.replaceAll(" ", "-"), act));
    onTestFinished(() => vantage.close());
    const { outcome } = await ask(vantage, { kind: "tcp", port: 9, service: { name: "ssh" } });
    expect(outcome).toMatchObject({ kind: "unsent", cause: "vantage" });
    expect(JSON.stringify(outcome)).not.toContain("\\u001b");
  });
});
