import { readFile } from "node:fs/promises";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import snmp from "net-snmp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { whyNoPowershell } from "../../test/cases/powershell.ts";
import { closes, endless, peer, resets, says, silent } from "../../test/cases/service-peer.ts";
import { page, web } from "../../test/cases/web-page.ts";
import { siteCertificate, webCertificate } from "../demo/certificates.ts";
import type { Answer } from "../model/outcome.ts";
import type { ProbeSpec, SnmpCredentials } from "../model/task.ts";
import type { ServiceSpec } from "../model/service.ts";
import { openExec } from "./exec.ts";
import { openLocal } from "./local.ts";
import type { FarRuntime } from "./start/rungs.ts";
import type { Vantage } from "./vantage.ts";

const files = { python: "sockets.py", perl: "sockets.pl", bash: "sockets.sh", powershell: "sockets.ps1" } as const;
const { signal } = new AbortController();
/** The system's own interpreters, not scripts that look for one. */
const plainPath = ["env", `PATH=/usr/bin:/bin:${process.env["PATH"]}`];
const openRung = (rung: FarRuntime, source?: string) =>
  openExec(plainPath, {
    agentSource: "",
    readFarWorker: (runtime) =>
      source === undefined
        ? readFile(new URL(`../../worker/${files[runtime]}`, import.meta.url))
        : Promise.resolve(Buffer.from(source)),
    ...(rung === "powershell" ? { shell: "pwsh" } : { wanted: [rung] }),
    openTimeoutMs: 15_000,
    graceMs: 1_000,
    env: process.env,
    signal,
  });

const answerOf = async (
  vantage: Vantage,
  probe: ProbeSpec,
  target = "127.0.0.1",
  timeoutMs = 1_500,
): Promise<Answer> => {
  const { answers } = await vantage.observe({ id: "t", target, timeoutMs, probe }, signal);
  const [answer] = answers;
  if (answer === undefined) throw new Error("no answer");
  return answer;
};

/** What the verdict is made of: no times, no ports. */
function essence({ outcome, evidence }: Answer) {
  const { waitedMs: _, certificate, ...service } = evidence.service ?? { certificate: undefined };
  const { sysUpTimeTicks: __, ...said } = evidence.snmp ?? {};
  return { kind: outcome.kind, service, subject: certificate?.subject, said, replySummary: evidence.replySummary };
}

const described = {
  status: 200,
  body: '{"openapi":"3.1.0","info":{"title":"Checkmk Agent Receiver"}}',
  headers: ["Content-Type: application/json", "Server: uvicorn"],
};
const receiver = web({ "GET /main/agent-receiver/openapi.json": described });
const auth = { protocol: "sha256", password: "auth-password" } as const;
const priv = { protocol: "aes", password: "priv-password" } as const;

async function startAgent(): Promise<number> {
  const probe = createSocket("udp4").bind(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise<void>((closed) => probe.close(closed));
  const agent = snmp.createAgent({ port, address: "127.0.0.1", disableAuthorization: false }, () => undefined);
  agent.getAuthorizer().addCommunity("public");
  const level = snmp.SecurityLevel.authPriv;
  const protocols = { authProtocol: snmp.AuthProtocols.sha256, privProtocol: snmp.PrivProtocols.aes };
  agent
    .getAuthorizer()
    .addUser({ name: "monitor", level, ...protocols, authKey: auth.password, privKey: priv.password });
  onTestFinished(() => agent.close());
  await once(Object.values(agent.listener.sockets)[0] as ReturnType<typeof createSocket>, "listening").catch(
    () => undefined,
  );
  return port;
}

/** Where there is none, src/vantage/start/powershell.test.ts says so. */
const withPowershell = whyNoPowershell === undefined ? (["powershell"] as const) : [];

describe.each(["python", "perl", ...withPowershell] as const)(
  "over %s the verdicts are those of this process",
  (rung) => {
    let vantage: Vantage;
    const local = openLocal();
    beforeAll(async () => void (vantage = await openRung(rung)));
    afterAll(() => Promise.all([vantage.close(), local.close()]));
    const both = async (probe: ProbeSpec) => {
      const [there, here] = [await answerOf(vantage, probe), await answerOf(local, probe)];
      expect(essence(there)).toEqual(essence(here));
      return there;
    };

    it.each<[string, ServiceSpec, Parameters<typeof peer>[0], string?]>([
      ["an agent in plain text", { name: "checkmk-agent" }, says("<<<check_mk>>>\nVersion: 2.3.0\n")],
      ["the agent receiver", { name: "agent-receiver", site: "main" }, receiver, "main"],
      ["a receiver of another site", { name: "agent-receiver", site: "main" }, page({ status: 404, body: "" }), "lab"],
      ["a web server over TLS", { name: "https" }, page({ status: 200, body: "hello" }), "main"],
      ["a mute TLS listener", { name: "tls" }, silent],
      ["TLS that is none", { name: "tls" }, says("SSH-2.0-x\r\n")],
      ["an endless stream", { name: "http" }, endless()],
      ["a close", { name: "ssh" }, closes],
      ["a reset", { name: "ssh" }, resets],
      ["LDAP that is HTTP", { name: "ldap" }, says("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ])("%s", async (_, service, behaviour, site) => {
      const tls = site === undefined ? undefined : await (site === "web" ? webCertificate("x") : siteCertificate(site));
      const far = await peer(behaviour, tls);
      const { evidence } = await both({ kind: "tcp", port: far.port, service });
      expect(evidence.service?.finding).toBeTypeOf("string");
    });

    it.each<[string, SnmpCredentials]>([
      ["version 2c", { version: "2c", community: "public" }],
      ["version 1", { version: "1", community: "public" }],
      ["version 3", { version: "3", user: "monitor", auth, priv }],
      ["a wrong password", { version: "3", user: "monitor", auth: { ...auth, password: "something-else" }, priv }],
      ["a wrong community", { version: "2c", community: "S3CRET" }],
    ])("SNMP, %s", async (_, credentials) => {
      const port = await startAgent();
      const { outcome } = await both({ kind: "snmp", port, credentials });
      expect(outcome.kind).toBe("open");
    });

    it("names, and names that are none", async () => {
      const port = (await peer(closes)).port;
      const { answers } = await vantage.observe(
        { id: "t", target: "localhost", timeoutMs: 1_500, probe: { kind: "tcp", port } },
        signal,
      );
      expect(answers.map(({ address }) => address)).toContain("127.0.0.1");
      expect(await answerOf(vantage, { kind: "icmp" }, "portmatrix.invalid")).toMatchObject({
        outcome: { kind: "unsent", cause: "name" },
      });
    });
  },
);

const hello = `import os, sys, time\ndef say(text): os.write(1, text)\nsay(b'\\n{"type":"sockets","protocol":1,"runtime":"python","version":"3"}\\n')\n`;

describe("a hostile far side", () => {
  it.each([
    ["says garbage", "say(b'garbage\\n' * 5)"],
    ["forges numbers", "say(b'open 7 127.0.0.1 1 1 0\\n')"],
    ["answers with what belongs elsewhere", "os.read(0, 999); say(b'datagram 1 127.0.0.1 1 1 1 - 00\\n')"],
    ["says nothing", "pass"],
    ["stops in the middle of a line", "os.read(0, 999); say(b'open 1 127.0.')"],
    ["says a line without end", "os.read(0, 999)\nfor _ in range(40): say(b'x' * 65536)"],
    ["greets again and again", `say(b'{"type":"sockets","protocol":1,"runtime":"python","version":"3"}\\n')`],
    ["writes escape sequences", "os.read(0, 999); say(b'failed ' + b'\\x1b[31m'.hex().encode() + b'\\n')"],
    [
      "sends more than it was asked for",
      "os.read(0, 999); say(b'open 1 - 0 1 0\\n' + b'data 1 ' + b'00' * 70000 + b'\\n')",
    ],
    ["ends", "os.read(0, 999); os._exit(0)"],
  ])("that %s makes no verdict", async (_, body) => {
    const vantage = await openRung("python", `${hello}${body}\ntime.sleep(60)\n`);
    onTestFinished(() => vantage.close());
    const service = { name: "checkmk-agent" } as const;
    const probes: ProbeSpec[] = [
      { kind: "tcp", port: 9, service },
      { kind: "udp", port: 9, payload: "dns" },
      { kind: "icmp" },
    ];
    const answers = await Promise.all(probes.map((probe) => answerOf(vantage, probe, "192.0.2.1", 300)));
    for (const { outcome } of answers) {
      expect(outcome).toMatchObject({ kind: "unsent", cause: "vantage" });
      expect(JSON.stringify(outcome)).not.toContain("\\u001b");
    }
  });
});
