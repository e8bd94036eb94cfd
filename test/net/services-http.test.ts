import { generate } from "selfsigned";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Result } from "../../src/model/run/run.ts";
import type { Checked } from "./check.ts";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Daemon, Lab } from "./lab.ts";
import { at, buildPath, cmk } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
const place = at(2, 10);
const addresses = Object.values(place);
const standIns = fileURLToPath(new URL("../../lab/standins/main.mjs", import.meta.url));

async function directoryOf(lab: Lab, name: string): Promise<string> {
  const directory = join(lab.dir, name);
  await mkdir(directory, { recursive: true });
  await lab.run(["chmod", "0777", directory]);
  return directory;
}

/** Debian's nginx as the web server before the sites: main answers, lab is stopped, everything else is unknown. */
async function startWeb(lab: Lab): Promise<Daemon> {
  const directory = await directoryOf(lab, "web");
  const { private: key, cert } = await generate([{ name: "commonName", value: "TLS inspection" }], {
    keyType: "ec",
    algorithm: "sha256",
  });
  await writeFile(join(directory, "key.pem"), key);
  await writeFile(join(directory, "cert.pem"), cert);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(" ");
  const pages = `default_type text/html;
    location = /main/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke { return 200 "8000"; }
    location = /main/check_mk/login.py { return 200 "<title>Checkmk main</title>"; }
    location /lab/ { return 503 "<title>Checkmk: Site Not Started</title>"; }`;
  const listen = (port: number, tls = "") => `listen [::]:${port} ipv6only=off ${tls};`;
  const file = join(directory, "nginx.conf");
  await writeFile(
    file,
    `daemon off; user root; worker_processes 1; pid ${directory}/pid; error_log stderr;
     events {} http { access_log off; ${temporary}
       server { ${listen(80)} ${listen(5000)} ${pages} }
       server { ${listen(443, "ssl")} ssl_certificate ${directory}/cert.pem; ssl_certificate_key ${directory}/key.pem; ${pages} }
     }\n`,
  );
  const argv = ["nginx", "-e", "stderr", "-p", directory, "-c", file];
  return lab.start("hosts", argv, { listens: [80, 443, 5000].map((port) => `tcp/${port}`) });
}

/** A stand-in of the lab, `lab/standins/main.mjs`, with its settings. */
async function startStandIn(lab: Lab, name: string, env: Record<string, string>): Promise<Daemon> {
  const directory = await directoryOf(lab, `${name}-${Object.values(env).join("-").replaceAll(/\W+/g, "-")}`);
  const settings = { LAB_STATE: directory, LAB_RUN: directory, ...env };
  return lab.start("hosts", [process.execPath, standIns, name], { env: settings, prints: '"ports"' });
}

const agents = {
  tls: 6556,
  legacy: 6557,
  plain: 6558,
  stranger: 6559,
  wrong: 6560,
  reset: 6561,
  mute: 6562,
  slow: 6563,
};
const fromHosts = topologyOf({
  server: {
    name: "cmk",
    address: addresses,
    sites: [
      { name: "main", ports: { agent_receiver: 8000 } },
      { name: "lab", ports: { agent_receiver: 8001, apache: 5001 } }, // here answers the site other
      { name: "muc", ports: { agent_receiver: 8002, apache: 5002 } }, // behind a TLS inspection
    ],
  },
  hosts: ["main", "lab", "muc"].map((site) => ({ name: `of-${site}`, address: cmk.v4, site, ping: false })),
  vantages: { "of-main": "local", "of-lab": "local", "of-muc": "local" },
});
const fromServer = topologyOf({
  hosts: [
    ...Object.entries(agents).map(([name, agent]) => ({
      name,
      address: addresses,
      ping: false,
      ports: { agent },
      ...(name === "legacy" || name === "slow" ? { agent: "legacy" } : {}),
    })),
    quietHost("box", addresses),
  ],
  requirements: [
    { from: "server", to: "box", tcp: 80, service: "http" },
    { from: "server", to: "box", tcp: 443, service: "public-https" },
    { from: "server", to: "box", tcp: 5000, service: "site-apache" },
    { from: "server", to: "box", tcp: 8000, service: "https" },
    { from: "server", to: "box", tcp: 8002, service: "otlp-http" },
  ],
});

const runs: Partial<Record<"hosts" | "server" | "stoppedHosts" | "stoppedServer", Checked>> = {};
useLab(["nginx", "openssl"], async (lab) => {
  await buildPath(lab, [10]);
  const port = (name: keyof typeof agents) => ({ AGENT_PORT: String(agents[name]) });
  const daemons = await Promise.all([
    startWeb(lab),
    startStandIn(lab, "agent-receiver", { RECEIVER_SITES: "main:8000 other:8001" }),
    startStandIn(lab, "agent-receiver", { RECEIVER_SITES: "muc:8002", RECEIVER_ISSUER: "Inspector CA" }),
    startStandIn(lab, "agent", port("tls")),
    startStandIn(lab, "agent", { ...port("legacy"), AGENT_MODE: "plain" }),
    startStandIn(lab, "agent", { ...port("plain"), AGENT_MODE: "plain", AGENT_DELAY_MS: "3000" }),
    startStandIn(lab, "agent", { ...port("slow"), AGENT_MODE: "plain", AGENT_DELAY_MS: "6000" }),
    startStandIn(lab, "agent", { ...port("stranger"), AGENT_ONLY_FROM: "192.0.2.1" }),
    startStandIn(lab, "misbehave", {
      MISBEHAVE: `banner:${agents.wrong} reset:${agents.reset} tarpit:${agents.mute}`,
    }),
  ]);
  const checkBoth = () =>
    Promise.all([
      check(lab, fromHosts, { args: ["--section", "2.2", "--timeout", "2s", "--no-controls"] }),
      check(lab, fromServer, {
        args: ["--section", "2.1", "--section", "extra", "--timeout", "2s", "--no-controls"],
      }),
    ]);
  [runs.hosts, runs.server] = await checkBoth();
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  [runs.stoppedHosts, runs.stoppedServer] = await checkBoth();
});

function result(
  name: keyof typeof runs,
  wanted: { from?: string; to?: string; port: number; address: string },
): Result {
  const run = runs[name];
  if (run === undefined) throw new Error(`there was no run "${name}"`);
  return resultOf(run, { protocol: "tcp", ...wanted });
}

const proven = "open pass service-answered proven";
const refused = "refused fail connection-refused observed";

describe.each(families)("over %s", (family) => {
  const address = place[family];

  test.each([
    ["of-main", 80, proven, { saw: "agent receiver on port 8000", receiverPort: 8000, site: "main" }],
    ["of-main", 443, proven, { receiverPort: 8000, certificate: { issuer: "TLS inspection" } }],
    ["of-main", 8000, proven, { saw: "agent receiver", site: "main", certificate: { issuer: "Site 'main' local CA" } }],
    ["of-lab", 80, "open warn service-not-ready proven", { saw: "site lab is not started" }],
    ["of-lab", 443, "open warn service-not-ready proven", { saw: "site lab is not started" }],
    ["of-lab", 8001, "open fail wrong-site proven", { saw: "agent receiver of site other", site: "other" }],
    [
      "of-muc",
      80,
      "open warn unexpected-answer proven",
      { saw: expect.stringMatching(/^HTTP 404 "404 Not Found" from nginx/) },
    ],
    [
      "of-muc",
      8002,
      "open fail foreign-certificate proven",
      {
        saw: "no site's own authority signed it; it was asked by address, without a server name",
        certificate: { issuer: "Inspector CA" },
      },
    ],
  ])("a host %s asks %d", (from, port, short, service) => {
    const shown = result("hosts", { from, port, address });
    expect(inShort(shown)).toBe(short);
    expect(shown.evidence?.service).toMatchObject(service);
    expect(inShort(result("stoppedHosts", { from, port, address }))).toBe(refused);
  });

  test.each([
    ["tls", agents.tls, proven, { saw: "agent controller with TLS" }],
    ["legacy", agents.legacy, proven, { saw: expect.stringMatching(/^agent output in plain text/) }],
    [
      "plain",
      agents.plain,
      "open warn service-unencrypted proven",
      { saw: expect.stringMatching(/plain text, \d\.\d s after/) },
    ],
    ["slow", agents.slow, "open warn service-slow proven", { finding: "verified", slow: true }],
    ["stranger", agents.stranger, "open fail accepted-then-closed observed", { finding: "closed" }],
    ["wrong", agents.wrong, "open fail wrong-service proven", { saw: '"SSH-2.0-OpenSSH_9.2p1 Debian-2"' }],
    ["reset", agents.reset, "open fail accepted-then-closed observed", { finding: "closed" }],
    ["mute", agents.mute, "open fail no-service-answer observed", { saw: "no agent output", stalledAfter: "connect" }],
    ["box", 80, proven, { saw: expect.stringContaining("from nginx") }],
    [
      "box",
      443,
      "open fail foreign-certificate proven",
      { saw: "no public authority vouches for it", certificate: { issuer: "TLS inspection" } },
    ],
    ["box", 5000, "open warn unexpected-answer proven", { saw: expect.stringContaining("from nginx") }], // 404 at its root
    ["box", 8000, proven, { saw: 'HTTP 404 {"detail":"Not Found"} from uvicorn' }],
    ["box", 8002, "open warn unexpected-answer proven", { saw: 'HTTP 404 {"detail":"Not Found"} from uvicorn' }],
  ])("the server asks %s on %d", (to, port, short, service) => {
    const shown = result("server", { to, port, address });
    expect(inShort(shown)).toBe(short);
    expect(shown.evidence?.service).toMatchObject(service);
    expect(inShort(result("stoppedServer", { to, port, address }))).toBe(refused);
  });
});
