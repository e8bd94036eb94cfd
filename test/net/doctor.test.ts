import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Registration, registrationSchema } from "../../src/model/registration/registration.ts";
import { cli } from "./check.ts";
import { installed } from "./installed.ts";
import type { Lab, Ran } from "./lab.ts";
import {
  breakWorld,
  buildRegistrationWorld,
  host,
  mendWorld,
  otherWebPort,
  server,
  type Site,
  sitePorts,
} from "./registration-world.ts";
import { useLab } from "./use-lab.ts";

interface Case {
  name: string;
  /** Default `main`: nothing is wrong with the site itself. */
  site?: Site;
  /** Default: the address that the firewall leaves alone. */
  address?: string;
  hostAddress?: string;
  /** The port that the topology expects; default: the right one. */
  expects?: number;
  vantages?: Vantages;
  /** What the broken world shows: the first broken step, its symptom, the likeliest cause and the first way out. */
  shows: readonly [step: string, symptom: string, cause: string, remedy: string];
}

const cases: readonly Case[] = [
  {
    name: "the name does not resolve",
    address: "nobody.lab.test",
    shows: ["name", "name-unknown", "name-misspelt", "look-up-name"],
  },
  {
    name: "443 and 80 are dropped",
    address: "no-web.lab.test",
    shows: ["web", "web-closed", "firewall-drops", "register-with-port"],
  },
  {
    name: "discovery is answered with a login page",
    site: "login",
    shows: ["discovery", "discovery-login-page", "login-in-between", "register-with-port"],
  },
  {
    name: "the site is stopped",
    site: "stopped",
    shows: ["discovery", "site-not-started", "site-stopped", "start-site"],
  },
  {
    name: "no such site",
    site: "nosuch",
    shows: ["discovery", "discovery-not-found", "site-misspelt", "look-up-port"],
  },
  {
    name: "discovery names an old port",
    site: "stale",
    shows: ["port", "port-stale", "discovery-outdated", "register-with-port"],
  },
  {
    name: "8000 is dropped",
    site: "dropped",
    shows: ["connection", "connection-failed", "firewall-drops", "open-port"],
  },
  {
    name: "8000 is prohibited by the router",
    site: "rejected",
    shows: ["connection", "connection-failed", "firewall-prohibits", "open-port"],
  },
  {
    name: "8000 is rejected by the router with port unreachable, which is no closed port",
    site: "portless",
    shows: ["connection", "connection-failed", "firewall-rejects", "open-port"],
  },
  {
    name: "8000 is unreachable, says the router, while 443 of the address works",
    site: "unreachable",
    shows: ["connection", "connection-failed", "firewall-prohibits", "open-port"],
  },
  {
    name: "discovery is sent to another machine and port, which is dropped",
    site: "sent",
    shows: ["discovery", "redirect-lost", "firewall-drops", "register-with-port"],
  },
  {
    name: "8000 is refused",
    site: "off",
    shows: ["connection", "connection-failed", "receiver-off", "start-receiver"],
  },
  {
    name: "the advertised port differs and is blocked",
    site: "moved",
    expects: 8000,
    shows: ["connection", "connection-failed", "firewall-has-other-port", "look-up-port"],
  },
  {
    name: "IPv6 comes first and is dead",
    address: "dual.lab.test",
    shows: ["connection", "connection-stalled", "ipv6-dead", "register-with-address"],
  },
  {
    name: "TLS is inspected",
    site: "inspected",
    shows: ["tls", "foreign-certificate", "tls-inspection", "exempt-from-inspection"],
  },
  {
    name: "plain HTTP on 8000",
    site: "plain",
    shows: ["tls", "plaintext", "other-service-on-port", "see-what-listens"],
  },
  {
    name: "another service on 8000",
    site: "ssh",
    shows: ["tls", "wrong-service", "other-service-on-port", "see-what-listens"],
  },
  {
    name: "8000 accepts and closes",
    site: "closed",
    shows: ["tls", "accepted-then-closed", "balancer-without-backend", "see-what-listens"],
  },
  {
    name: "8000 accepts and stays silent",
    site: "mute",
    shows: ["tls", "accepted-then-silent", "receiver-ill", "start-receiver"],
  },
  {
    name: "large segments are lost on the way from 8000",
    site: "narrow",
    shows: ["tls", "accepted-then-silent", "large-segments-lost", "mend-segment-size"],
  },
  {
    name: "the receiver of another site",
    site: "alpha",
    shows: ["site", "other-site", "ports-mixed-up", "use-other-site"],
  },
  {
    name: "the way back is dropped",
    hostAddress: host.noWayBack.v4,
    shows: ["way-back", "way-back-failed", "firewall-drops", "open-way-back"],
  },
  {
    name: "the way back is reset by the router, which is not normal before the registration",
    hostAddress: host.resetBack.v4,
    shows: ["way-back", "way-back-failed", "firewall-rejects", "open-way-back"],
  },
];

const inNode = (node: string, before: readonly string[] = []): { exec: string[] } => ({
  exec: ["ip", "netns", "exec", node, ...before],
});
const many = fileURLToPath(new URL("doctor-many.mjs", import.meta.url));

type Vantages = Record<string, "local" | { exec: string[] }>;

/** One host and its server. The way back has a vantage point only where a case is about it: it starts a program. */
function topologyOf({ site = "main", address = server.fine.v4, hostAddress, expects, vantages }: Partial<Case>) {
  return {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address, sites: [{ name: site, ports: { agent_receiver: expects ?? sitePorts[site] } }] },
    hosts: [{ name: "web01", address: hostAddress ?? host.fine.v4 }],
    vantages: vantages ?? (hostAddress === undefined ? onWeb01 : withWayBack),
  };
}
const onWeb01: Vantages = { web01: "local" };
/** The way back starts at an installed portmatrix: one that is sent has no raw sockets, which tell a reset's distance. */
let withWayBack: Vantages;

interface Doctored {
  code: number | null;
  record: Registration;
}

let files = 0;

async function writeTopology(lab: Lab, topology: object): Promise<string> {
  const file = join(lab.dir, `doctor-${(files += 1)}.json`);
  await writeFile(file, JSON.stringify(topology));
  return file;
}

/** Runs the program as users do. */
async function doctor(
  lab: Lab,
  topology: object,
  { node = "web01", args = [] as string[] } = {},
): Promise<Doctored & Ran> {
  const file = await writeTopology(lab, topology);
  const argv = [process.execPath, cli, "doctor", "registration", file, "--host", "web01", "--timeout", "1s"];
  const ran = await lab.on(node, [...argv, "--format", "json", ...args]);
  if (ran.stdout === "") throw new Error(`no record, exit code ${ran.code}: ${ran.stderr}`);
  return { ...ran, record: registrationSchema.parse(JSON.parse(ran.stdout)) };
}

/** All cases, by name. */
async function doctorAll(lab: Lab): Promise<Map<string, Doctored>> {
  const written = await Promise.all(cases.map((one) => writeTopology(lab, topologyOf(one))));
  const shares = [0, 1, 2, 3].map((share) => written.filter((_, at) => at % 4 === share));
  const ran = await Promise.all(shares.map((share) => lab.must("web01", [process.execPath, many, ...share])));
  const lines = ran
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => JSON.parse(line) as { file: string; code: number; stdout: string });
  const found = (at: number): Doctored => {
    const { code, stdout } = lines.find(({ file }) => file === written[at])!;
    return { code, record: registrationSchema.parse(JSON.parse(stdout)) };
  };
  return new Map(cases.map(({ name }, at) => [name, found(at)]));
}

const inShort = ({ record }: Doctored): unknown[] => [
  record.firstBroken,
  record.steps.find(({ name }) => name === record.firstBroken)?.symptom,
  record.causes[0]?.code,
  record.remedies[0]?.code,
];

let broken: Map<string, Doctored>;
let mended: Map<string, Doctored>;
let healthy: Doctored;
let partly: Doctored;
let fromElsewhere: Doctored;
let withoutTopology: Ran;
let givenPort: Ran;
let fromServer: Doctored;
let wrongPort: Doctored;
let webElsewhere: Doctored;
useLab(["openssl"], async (lab) => {
  await buildRegistrationWorld(lab);
  withWayBack = { web01: "local", cmk: inNode("cmk", await installed(lab)) };
  const daemons = await breakWorld(lab);
  broken = await doctorAll(lab);
  partly = await doctor(lab, topologyOf({ address: "no-https.lab.test" }));
  const vantages = { web01: inNode("web01", await installed(lab)), cmk: inNode("cmk") };
  fromElsewhere = await doctor(lab, topologyOf({ site: "rejected", vantages }), { node: "fw" });
  fromServer = await doctor(lab, topologyOf({ hostAddress: host.noWayBack.v4 }), {
    node: "cmk",
    args: ["--from", "cmk"],
  });
  wrongPort = await doctor(lab, topologyOf({}), { args: ["--port", String(sitePorts.off)] });
  const { server: node, ...others } = topologyOf({ address: server.noWeb.v4 });
  webElsewhere = await doctor(lab, { ...others, server: { ...node, ports: { http: otherWebPort } } });
  const plain = ["doctor", "registration", "--server", "no-web.lab.test", "--site", "main", "--timeout", "1s"];
  withoutTopology = await lab.on("web01", [process.execPath, cli, ...plain]);
  givenPort = await lab.on("web01", [process.execPath, cli, ...plain, "--port", "8000"]);
  await mendWorld(lab, daemons);
  mended = await doctorAll(lab);
  healthy = await doctor(lab, topologyOf({ vantages: withWayBack }));
});

describe("the first broken step, its likeliest cause and the first way out", () => {
  test.each(cases)("$name", ({ name, shows }) => {
    const found = broken.get(name)!;
    expect(inShort(found)).toEqual(shows);
    expect(found).toMatchObject({ code: 1, record: { verdict: "broken" } });
  });

  test.each(cases)("twin of: $name", ({ name }) => {
    const found = mended.get(name)!;
    expect(found.record.steps.filter(({ state }) => state === "broken" || state === "undecided")).toEqual([]);
    expect(found).toMatchObject({ code: 0, record: { verdict: "works", canRegister: true, causes: [] } });
  });
});

test("where nothing is broken, every step is fine, the way back included", () => {
  expect(healthy).toMatchObject({ code: 0, stderr: "", record: { verdict: "works", canRegister: true } });
  expect(healthy.record.steps.map(({ state }) => state)).toEqual(Array(8).fill("ok"));
  expect(healthy.record.steps.at(-1)?.symptom).toBe("agent-answered");
});

test("a redirect to another machine and port is followed and shown, without its query", () => {
  const lost = broken.get("discovery is sent to another machine and port, which is dropped")!.record;
  const found = mended.get("discovery is sent to another machine and port, which is dropped")!.record;
  const page = "https://portal.lab.test:8443/there/check_mk/api/1.0/domain-types/internal";
  for (const { steps } of [lost, found]) {
    const seen = steps[2]?.seen.filter(({ url }) => url !== undefined) ?? [];
    expect(seen.map(({ address, port, isOutside }) => [address, port, isOutside])[0]).toEqual([
      "10.213.2.14",
      8443,
      true,
    ]);
    expect(steps[2]?.message).toContain(page);
    expect(JSON.stringify(steps)).not.toContain("from=web");
  }
  expect(found.steps[2]).toMatchObject({ state: "note", symptom: "port-advertised-elsewhere" });
  expect(found.advertisedPort).toBe(8016);
});

test("443 dropped and 80 open is enough, and is said", () => {
  expect(partly).toMatchObject({ code: 0, record: { verdict: "works" } });
  expect(partly.record.steps[1]).toMatchObject({ name: "web", state: "note", symptom: "web-partly-open" });
});

test("what works behind the broken step is told", () => {
  const worksOf = (name: string) => broken.get(name)?.record.stillWorks.map(({ code }) => code);
  expect(worksOf("443 and 80 are dropped")).toEqual(["receiver"]);
  expect(worksOf("discovery is answered with a login page")).toEqual(["web", "receiver"]);
  expect(worksOf("8000 is dropped")).toEqual(["discovery"]);
});

test("who prohibits is told, and the same from a third machine through two vantage points", () => {
  for (const found of [broken.get("8000 is prohibited by the router")!, fromElsewhere]) {
    expect(found).toMatchObject({ code: 1, record: { firstBroken: "connection" } });
    const seen = found.record.steps.find(({ name }) => name === "connection")?.seen ?? [];
    expect(seen.map(({ evidence }) => evidence.reporter)).toEqual(["10.213.1.1"]);
  }
});

test("a given port that is closed is the likeliest cause where discovery names another", () => {
  expect(inShort(wrongPort)).toEqual(["connection", "connection-failed", "given-port-wrong", "register-with-port"]);
  expect(wrongPort.record.remedies[0]?.commands[0]).toContain("--server 10.213.2.10:8000");
  expect(wrongPort.record.summary).toContain("except with port 8000");
});

test("the web port that the topology knows is asked as well, and named", () => {
  expect(inShort(webElsewhere)).toEqual(["web", "web-closed", "web-server-on-other-port", "register-with-port"]);
  expect(webElsewhere.record.toldAside).toEqual({ webPort: otherWebPort, receiverPort: 8000 });
  expect(webElsewhere.record.causes[0]?.message).toContain(
    "listens on 8080, and says there that the receiver has port 8000",
  );
});

test("on the server, the way back alone is tried", () => {
  expect(fromServer).toMatchObject({ code: 1, record: { firstBroken: "way-back" } });
  expect(fromServer.record.steps.slice(0, 7).map(({ symptom }) => symptom)).toEqual(Array(7).fill("not-asked-here"));
});

test("without a topology, server and site are enough; with the port discovery is left out", () => {
  expect(withoutTopology).toMatchObject({ code: 1, stderr: "" });
  expect(withoutTopology.stdout).toMatch(/^First broken step\n {2}2, TCP to 443 and 80/m);
  expect(withoutTopology.stdout).toContain(
    "cmk-agent-ctl register --hostname HOST --server no-web.lab.test:8000 --site main",
  );
  expect(givenPort).toMatchObject({ code: 0, stderr: "" });
  expect(givenPort.stdout).toContain("2-4 – Left out, as");
});
