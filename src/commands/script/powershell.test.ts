import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { strangeIn, usePowershell } from "../../../test/cases/powershell.ts";
import { peer } from "../../../test/cases/service-peer.ts";
import { openSilentPort } from "../../demo/silent-port.ts";
import type { ScriptOrder, ScriptStep } from "../../model/script.ts";
import { emptyId, scriptText } from "../../report/script/text.ts";
import { templates } from "./templates.ts";

const template = readFileSync(templates.powershell?.file ?? "", "utf8");
const folder = mkdtempSync(join(tmpdir(), "portmatrix-ps1-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hex = (text: string): string => Buffer.from(text).toString("hex");
const hear: ScriptStep = { do: "hear", forMs: 2_000 };
const say = (text: string): ScriptStep => ({ do: "say", bytes: hex(text) });

type Asked = Partial<ScriptOrder> & Pick<ScriptOrder, "protocol">;
/** A script with these orders, numbered from 1 on. */
function scriptOf(asked: readonly Asked[], from = template): string {
  const orders = asked.map((one, at): ScriptOrder => ({
    number: at + 1,
    probe: "p",
    flows: [`2.2/x/web01->cmk/${one.protocol}`],
    target: "127.0.0.1",
    timeoutMs: 2_000,
    isCareful: false,
    words: "a question (of a test)",
    steps: [],
    ...one,
  }));
  const plan = {
    version: "0.1.0",
    node: "win01",
    plan: "a".repeat(64),
    seed: "b".repeat(32),
    timeoutMs: 2_000,
    orders,
  };
  return scriptText(
    from,
    plan,
    createHash("sha256")
      .update(scriptText(from, plan, emptyId))
      .digest("hex"),
  );
}

let files = 0;
const write = (text: string): string => {
  const file = join(folder, `${(files += 1)}.ps1`);
  writeFileSync(file, text);
  return file;
};
const pwsh = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
  const options = { env: { ...process.env, ...env }, timeout: 100_000 };
  return (await promisify(execFile)("pwsh", ["-NoProfile", "-NonInteractive", ...args], options)).stdout;
};
/** What stands between the marks, once count and sum were found right. */
function fragmentIn(text: string): string[] {
  const [, inside = "", count, sum] =
    /-----BEGIN PORTMATRIX FRAGMENT-----\r?\n([^]*?)-----END PORTMATRIX FRAGMENT (\d+) (\S+?)-----/.exec(text) ?? [];
  const lines = inside.trimEnd().split(/\r?\n/);
  expect(lines.length).toBe(Number(count));
  if (sum !== "-")
    expect(sum).toBe(
      `sha256:${createHash("sha256")
        .update(`${lines.join("\n")}\n`)
        .digest("hex")}`,
    );
  return lines;
}
/** The facts of an order, without times and ports of one's own. */
const factsOf = (lines: readonly string[], number: number): string[] =>
  lines.filter((line) => line.startsWith(`pm ${number} `)).map((line) => line.slice(`pm ${number} `.length));

it("the script is ASCII, so that Windows PowerShell reads it as it is written, whatever the code page", () => {
  expect(template).toMatch(/^[\n -~]*$/);
  expect(template.indexOf("@ORDERS@")).toBeLessThan(2_500);
});

it("its hash is what is in quotes, which the role for Ansible looks for", () => {
  const text = scriptOf([{ protocol: "tcp", port: 1, steps: [{ do: "say", bytes: "ab".repeat(64) }] }]);
  const [, id = ""] = /["']([0-9a-f]{64})["']/.exec(text) ?? [];
  expect(id).toBe(createHash("sha256").update(text.replaceAll(id, emptyId)).digest("hex"));
});

describe("in PowerShell", { timeout: 120_000 }, () => {
  usePowershell();

  it("has no syntax that came after 5.1", () => {
    expect(strangeIn([scriptOf([{ protocol: "icmp" }])])).toEqual([[]]);
  });

  it("writes down what came of each order", async () => {
    const echo = await peer((socket) => socket.on("data", (chunk: Buffer) => socket.end(chunk)));
    const banner = await peer((socket) => socket.end("220 hello\r\n"));
    const sockets = [createSocket("udp4"), createSocket("udp4")];
    for (const one of sockets) {
      one.bind(0, "127.0.0.1");
      await once(one, "listening");
      onTestFinished(() => void one.close());
    }
    const [answering = 0, mute = 0] = sockets.map((one) => one.address().port);
    const received: string[] = [];
    sockets[0]?.on("message", (bytes, { port }) => {
      received.push(bytes.toString("hex"));
      sockets[0]?.send(bytes, port, "127.0.0.1");
    });
    sockets[1]?.on("message", (bytes) => received.push(bytes.toString("hex")));
    const get = { do: "get", version: 1, pdu: "a003020101" } as const;
    const script = scriptOf([
      { protocol: "tcp", port: echo.port },
      { protocol: "tcp", port: 9 },
      { protocol: "tcp", port: echo.port, steps: [say("hi\n"), hear] },
      { protocol: "tcp", port: banner.port, steps: [hear, say("never said"), hear] },
      { protocol: "tcp", port: echo.port, steps: [{ do: "tls", hello: "1603", forMs: 2_000 }, say("never"), hear] },
      { protocol: "udp", port: answering, steps: [say("q")] },
      { protocol: "udp", port: 9, steps: [say("q")] },
      {
        protocol: "udp",
        port: mute,
        steps: [say("one"), { do: "say", bytes: hex("two"), isAside: true }],
        timeoutMs: 900,
      },
      { protocol: "udp", port: answering, steps: [get], communityFrom: "COMMUNITY" },
      { protocol: "udp", port: answering, steps: [get], communityFrom: "NOBODY" },
      { protocol: "icmp" },
      { protocol: "tcp", port: 9, target: "no-such-name.invalid" },
      { protocol: "tcp", port: 9, unsent: "no script can" },
      { protocol: "tcp", port: 9, target: "localhost" },
    ]);
    const file = write(script);
    const lines = fragmentIn(await pwsh(["-File", file], { COMMUNITY: "s3cret" }));
    const facts = Array.from({ length: 14 }, (_, at) => factsOf(lines, at + 1));
    const id = /'([0-9a-f]{64})'/.exec(script)?.[1];
    expect(lines[6]).toBe(`pm script powershell ${id} ${createHash("sha256").update(script).digest("hex")}`);
    expect(lines[7]).toMatch(/^pm tool PowerShell 7\./);
    expect(lines.at(-1)).toMatch(/^pm finished \d{10}$/);
    const at = "127\\.0\\.0\\.1";
    const open = new RegExp(`^${at} open \\d+ ${at} \\d+$`);
    const meant: (RegExp | string)[][] = [
      [open],
      [new RegExp(`^${at} error 0 ECONNREFUSED \\d+ 0 -$`)],
      [open, new RegExp(`^${at} received 1 \\d+ ${hex("hi\n")}$`), new RegExp(`^${at} ended 1 \\d+$`)],
      [open, new RegExp(`^${at} received 0 \\d+ ${hex("220 hello\r\n")}$`), new RegExp(`^${at} ended 0 \\d+$`)],
      [open, new RegExp(`^${at} received 1 \\d+ 1603$`), new RegExp(`^${at} ended 1 \\d+$`)],
      [new RegExp(`^${at} datagram 1 \\d+ ${hex("q")} ${at} ${answering} - \\d{13}$`)],
      [new RegExp(`^${at} error 1 ECONNREFUSED \\d+ 0 -$`)],
      [new RegExp(`^${at} quiet 2 \\d+$`)],
      [new RegExp(`^${at} datagram 1 \\d+ 30100201010406${hex("******")}a003020101 ${at} ${answering} - \\d{13}$`)],
      [`- unsent not-supported ${hex("no community was given in the variable NOBODY")}`],
      [/^127\.0\.0\.1 ping 0 [0-9a-f]+$/],
      [/^- nameless [0-9a-f]+$/],
      [`- unsent not-supported ${hex("no script can")}`],
    ];
    for (const [index, wanted] of meant.entries()) {
      expect(facts[index]?.length).toBe(wanted.length);
      for (const [place, one] of wanted.entries()) expect(facts[index]?.[place]).toMatch(one);
    }
    expect(facts[13]?.[0]).toMatch(/(?:127\.0\.0\.1|::1) error 0 ECONNREFUSED/);
    expect(received).toContain(`30100201010406${hex("s3cret")}a003020101`);
    expect([hex("one"), hex("two")].every((bytes) => received.includes(bytes))).toBe(true);
    expect(lines.join("\n") + script).not.toContain(hex("s3cret"));
  });

  it("shows what it would send and sends nothing; writes a file whole; says that it never ran", async () => {
    const far = await peer((socket) => socket.end());
    const script = scriptOf([{ protocol: "tcp", port: far.port, steps: [hear] }]);
    const file = write(script);
    const out = join(folder, "out.txt");
    const said = await pwsh([
      "-Command",
      `& ${file} -ListOnly; & ${file} --list; & ${file} -Unreached 'ssh: no way' -Out ${out}; try { & ${file} --nonsense } catch { "$_" }`,
    ]);
    const list = `# 1: a question (of a test); for 2.2/x/web01->cmk/tcp\n1 tcp 127.0.0.1 ${far.port} 2000 again hear=2000\n`;
    const again = `${list}# This is what would be sent. Nothing was sent.\n`;
    expect(said).toBe(
      `${again}${again}unknown argument --nonsense; known are -ListOnly, -Out FILE, -Unreached TEXT and -NoListeners\n`,
    );
    expect(far.connections()).toBe(0);
    expect(fragmentIn(readFileSync(out, "utf8"))).toContain(`pm unreached ${hex("ssh: no way")}`);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  it("stopped in a session that goes on, it sends nothing of what waits, leaves no draft, and its code is 130", async () => {
    const { port, close } = await openSilentPort("127.0.0.1", 20_000 + Math.floor(10_000 * Math.random()));
    onTestFinished(close);
    const far = await peer((socket) => socket.end());
    const silent = { protocol: "tcp", port, timeoutMs: 2_000 } as const;
    const file = write(scriptOf([silent, silent, silent, silent, { protocol: "tcp", port: far.port }]));
    const out = join(folder, "stopped.txt");
    const drafts = join(folder, "drafts.ps1");
    // Stops it as Ctrl-C does: while it waits for answers, or as soon as its draft is there.
    const session = (until: string) => `
$shell = [PowerShell]::Create(); [void]$shell.AddScript("& '${file}' -Out '${out}'; 'goes on'")
$run = $shell.BeginInvoke()
while (-not $run.IsCompleted -and -not (${until})) { Start-Sleep -Milliseconds 5 }
if (-not $run.IsCompleted) { $shell.Stop() }
"$($shell.InvocationStateInfo.State) $($shell.Runspace.SessionStateProxy.GetVariable('LASTEXITCODE'))"
1..40 | ForEach-Object { Start-Sleep -Milliseconds 100; [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
'is alive'`;
    const run = async (until: string) => {
      writeFileSync(drafts, session(until));
      return (await pwsh(["-File", drafts])).trim().split("\n");
    };
    const isAsked = `Select-String -Quiet -Path /proc/net/tcp -Pattern ':${port.toString(16).toUpperCase()} 02 '`;
    expect(await run(isAsked)).toEqual(["Stopped 130", "is alive"]);
    expect([far.connections(), existsSync(out), existsSync(`${out}.part`)]).toEqual([0, false, false]);
    expect(await run("$false")).toEqual(["Completed ", "is alive"]); // the twin
    expect([far.connections(), existsSync(out)]).toEqual([1, true]);
    fragmentIn(readFileSync(out, "utf8"));
  });

  // Recorded, not run: the table as Windows prints it in public transcripts, with the ports of this test. The row with a scope
  // and the UDP end follow Microsoft's documents. Nothing here ran on Windows; PowerShell on Linux has neither command.
  const recorded = `
LocalAddress                        LocalPort RemoteAddress                       RemotePort State       AppliedSetting OwningProcess
------------                        --------- -------------                       ---------- -----       -------------- -------------
::                                  8000      ::                                  0          Listen                     728
fe80::a1b2%12                       8000      ::                                  0          Listen                     728
::                                  7002      ::                                  0          Listen                     716
0.0.0.0                             7001      0.0.0.0                             0          Bound                      20756
172.16.0.10                         7001      192.0.2.20                          443        Established Internet       20756
192.168.1.69                        7001      192.0.2.21                          443        TimeWait                   0
0.0.0.0                             6556      0.0.0.0                             0          Listen                     1116
127.0.0.1                           5000      0.0.0.0                             0          Listen                     10276`;
  const nettcpip = (tcp: string) => `
function Get-NetTCPConnection { ${tcp} }
function Get-NetUDPEndpoint { [pscustomobject]@{ LocalAddress = '::'; LocalPort = [uint16]162; OwningProcess = [uint32]1488 } }`;
  const ofTable = `@'${recorded}
'@ -split "\n" | Where-Object { $_ -match '^(\\S+)\\s+(\\d+)\\s+\\S+\\s+\\d+\\s+(\\S+)' } | ForEach-Object {
  [pscustomobject]@{ LocalAddress = $Matches[1]; LocalPort = [uint16]$Matches[2]; State = $Matches[3] } }`;

  it("tells what Windows lists as listening, of the ports that are asked; what cannot be read is said", async () => {
    const text = scriptOf([{ protocol: "tcp", port: 9 }]).replace(
      "\npm node",
      "\npm asked tcp/8000 tcp/6556 tcp/7001 tcp/5000 udp/162 udp/514 127.0.0.1 192.0.2.1\npm node",
    );
    const file = write(text);
    const listens = async (tcp: string, option = "") => {
      const module = join(folder, "nettcpip.psm1");
      writeFileSync(module, nettcpip(tcp));
      const said = await pwsh(["-Command", `Import-Module ${module} -DisableNameChecking; & ${file} ${option}`]);
      return fragmentIn(said).filter((line) => line.startsWith("pm listens"));
    };
    const tcp = "tcp/5000/127.0.0.1 tcp/6556/0.0.0.0 tcp/8000/:: tcp/8000/fe80::a1b2";
    expect(await listens(ofTable)).toEqual([`pm listens windows ${tcp} udp/162/:: own/127.0.0.1 foreign/192.0.2.1`]);
    expect(await listens(ofTable, "-NoListeners")).toEqual([]);
    expect(await listens("throw 'Access is denied.'")).toEqual([`pm listens - ${hex("Access is denied.")}`]);
    const without = fragmentIn(await pwsh(["-File", file])).find((line) => line.startsWith("pm listens"));
    expect(Buffer.from(without?.split(" ")[3] ?? "", "hex").toString()).toContain("Get-NetTCPConnection");
  });

  it("in Constrained Language every flow is unsent for that reason, and in full language it is asked", async () => {
    const far = await peer((socket) => socket.end());
    const file = write(scriptOf([{ protocol: "tcp", port: far.port }, { protocol: "icmp" }]));
    const said = await pwsh([
      "-Command",
      `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; & ${file}`,
    ]);
    const why = hex(
      "PowerShell there runs in Constrained Language, which allows no sockets (AppLocker or App Control)",
    );
    const lines = fragmentIn(said);
    expect(lines.slice(-3, -1)).toEqual([`pm 1 - unsent not-supported ${why}`, `pm 2 - unsent not-supported ${why}`]);
    expect(far.connections()).toBe(0);
    expect(factsOf(fragmentIn(await pwsh(["-Command", `& ${file}`])), 1)[0]).toMatch(/^127\.0\.0\.1 open/);
  });

  it("waits 3.5 seconds on Windows, where a refusal takes two, whatever less is asked for", async () => {
    const { port, close } = await openSilentPort("127.0.0.1", 20_000 + Math.floor(10_000 * Math.random()));
    onTestFinished(close);
    const isWindows = template.replace(/\$onLinux = .*/, "$onLinux = $false");
    expect(isWindows).not.toBe(template);
    const lines = fragmentIn(
      await pwsh(["-File", write(scriptOf([{ protocol: "tcp", port, timeoutMs: 300 }], isWindows))]),
    );
    const [, us] = /quiet 0 (\d+)$/.exec(factsOf(lines, 1)[0] ?? "") ?? [];
    expect(Number(us)).toBeGreaterThanOrEqual(3_490_000);
    const twin = fragmentIn(await pwsh(["-File", write(scriptOf([{ protocol: "tcp", port, timeoutMs: 300 }]))]));
    expect(Number(/quiet 0 (\d+)$/.exec(factsOf(twin, 1)[0] ?? "")?.[1])).toBeLessThan(3_400_000);
  });
});
