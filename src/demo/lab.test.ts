import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection } from "node:net";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { decode, encode } from "dns-packet";
import snmp from "net-snmp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { topologySchema, type Topology } from "../model/topology/topology.ts";
import { catalogSchema } from "../model/catalog.ts";
import { plan } from "../plan/plan.ts";
import { encodeRootSearch, readLdapAnswer } from "../wire/ldap.ts";
import { withLoopback } from "./addresses.ts";
import { startLab, type Lab } from "./lab.ts";

/** What a TCP connection saw within the time: `open`, an errno such as ECONNREFUSED, or `silent`. */
async function knock(host: string, port: number, waitMs = 1500): Promise<string> {
  const socket = createConnection({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(waitMs) });
    return "open";
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    return name === "AbortError" ? "silent" : (code ?? "unknown");
  } finally {
    socket.destroy();
  }
}

/** Sends bytes and returns all that comes back until the service closes or `enough` bytes are here. */
async function converse(host: string, port: number, bytes: string | Uint8Array, enough: number): Promise<Buffer> {
  const socket = createConnection({ host, port });
  try {
    socket.write(bytes);
    let answer = Buffer.alloc(0);
    for await (const chunk of socket) {
      answer = Buffer.concat([answer, chunk as Buffer]);
      if (answer.length >= enough) break;
    }
    return answer;
  } finally {
    socket.destroy();
  }
}

async function askUdp(host: string, port: number, datagram: Buffer): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    socket.send(datagram, port, host);
    const [answer] = (await once(socket, "message")) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

async function getSysDescr(session: snmp.Session): Promise<string> {
  try {
    return await new Promise((resolve, reject) => {
      session.get(["1.3.6.1.2.1.1.1.0"], (error, varbinds) => {
        if (error === null) resolve(String(varbinds?.[0]?.value));
        else reject(error);
      });
    });
  } finally {
    session.close();
  }
}

/** Sockets and threads that keep the process alive; pipes and timers are the test runner's own. */
const resources = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|UDP|TLS|Worker|MessagePort/.test(kind))
    .toSorted();

const catalog = catalogSchema.parse(
  parse(readFileSync(new URL("../../catalog/checkmk/2.3.yaml", import.meta.url), "utf8")),
);
const flowsOf = (lab: Lab) => plan(catalog, read(lab)).flows;
const read = (lab: Lab): Topology => topologySchema.parse(parse(lab.topologyText));

describe("the demo lab", () => {
  let lab: Lab;
  let topology: Topology;
  const host = (name: string) => topology.hosts.find((one) => one.name === name)!;
  const address = (name: string) => host(name).address[0]!;
  const agent = (name: string) => host(name).ports.agent!;
  const server = () => ({
    address: topology.server.address[0]!,
    sites: topology.server.sites,
    ports: topology.server.ports,
  });

  beforeAll(async () => {
    lab = await startLab();
    topology = read(lab);
  });
  afterAll(async () => lab.close());

  it("has a server with two sites, a remote site, six hosts, an appliance pair and outgoing services", () => {
    expect(topology.server.sites.map(({ name }) => name)).toEqual(["main", "lab"]);
    expect(topology.remote_sites.map(({ name }) => name)).toEqual(["muc"]);
    expect(topology.hosts).toHaveLength(6);
    expect(topology.clusters.map(({ nodes }) => nodes.length)).toEqual([2]);
    expect(Object.values(topology.outgoing ?? {}).every((one) => one !== false && JSON.stringify(one) !== "[]")).toBe(
      true,
    );
  });

  it("needs something in every section of the document, and names its faults by flows that are planned", () => {
    const flows = flowsOf(lab);
    expect(new Set(flows.map(({ section }) => section))).toEqual(
      new Set([...catalog.sections.map(({ id }) => id), "extra"]),
    );
    const ids = flows.map(({ id }) => id);
    expect(lab.faults).toHaveLength(7);
    expect(ids).toEqual(
      expect.arrayContaining([...lab.faults.flatMap((fault) => fault.flows), ...lab.unanswered.flows]),
    );
  });

  it("says of every UDP service that never answers that it does not", () => {
    const mute = flowsOf(lab).filter(
      ({ protocol, section }) => protocol === "udp" && section !== "2.1" && section !== "7",
    );
    expect(mute.map(({ id }) => id).toSorted()).toEqual([...lab.unanswered.flows].toSorted());
  });

  it("listens on every TCP port that it promises, but for the faults", async () => {
    const shut = lab.faults.filter(({ title }) => /does not listen|is cut off/.test(title));
    expect(shut).toHaveLength(2);
    const broken = new Set(shut.flatMap((fault) => fault.flows));
    const promised = flowsOf(lab).filter(({ id, protocol }) => protocol === "tcp" && !broken.has(id));
    expect(promised.length).toBeGreaterThan(30);
    const closed: string[] = [];
    for (const { id, address: target, port } of promised) {
      const seen = await knock(target, port!);
      // Where a machine has no IPv6, 127.0.0.1 is used instead of ::1; the document takes either.
      if (seen !== "open" && target !== "::1") closed.push(`${id}: ${seen}`);
    }
    expect(closed).toEqual([]);
  });

  it("runs every node from this machine and keeps its secrets out of the topology", () => {
    const nodes = [
      ...[topology.server, ...topology.remote_sites, ...topology.hosts].map(({ name }) => name),
      ...topology.clusters.flatMap((cluster) => cluster.nodes.map(({ name }) => name)),
    ];
    expect(Object.keys(topology.vantages).toSorted()).toEqual(nodes.toSorted());
    expect(new Set(Object.values(topology.vantages))).toEqual(new Set(["local"]));
    for (const [name, secret] of Object.entries(lab.env)) {
      expect(lab.topologyText).toContain(`env: ${name}`);
      expect(lab.topologyText).not.toContain(secret === "public" ? "community: public" : secret);
    }
  });

  it("uses loopback addresses and unprivileged ports only", () => {
    const literals = lab.topologyText.match(/\b\d+\.\d+\.\d+\.\d+\b/g) ?? [];
    expect(literals.length).toBeGreaterThan(10);
    expect(literals.filter((one) => !one.startsWith("127."))).toEqual([]);
    const numbers = [...lab.topologyText.matchAll(/\b(?!version)[a-z_0-9]+: (\d+)\b(?!\.)/g)].map(([, text]) =>
      Number(text),
    );
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers.filter((one) => one < 1024)).toEqual([]);
  });

  it("fault 1: the agent of web02 refuses, that of web01 answers 16 and that of db01 plain text", async () => {
    expect(lab.faults[0]?.flows).toEqual([`2.1/agent/muc->web02/tcp/${agent("web02")}`]);
    expect(await knock(address("web02"), agent("web02"))).toBe("ECONNREFUSED");
    expect(String(await converse(address("web01"), agent("web01"), "", 2))).toBe("16");
    expect(String(await converse(address("db01"), agent("db01"), "", 200))).toMatch(/^<<<check_mk>>>\nVersion: /);
  });

  it("fault 2: the agent of win01 accepts and says nothing", async () => {
    expect(lab.faults[1]?.flows).toEqual([`2.1/agent/cmk->win01/tcp/${agent("win01")}`]);
    expect((await converse(address("win01"), agent("win01"), "", 2)).length).toBe(0);
  });

  it("fault 3: sw01 answers another community than the topology's", async () => {
    const port = host("sw01").ports.snmp!;
    expect(lab.faults[2]?.flows).toEqual([`2.1/snmp/cmk->sw01/udp/${port}`]);
    const open = (community: string) =>
      snmp.createSession(address("sw01"), community, { port, timeout: 500, retries: 0 });
    const configured = lab.env["PORTMATRIX_DEMO_COMMUNITY"]!;
    await expect(getSysDescr(open(configured))).rejects.toThrow("timed out");
    expect(await getSysDescr(open("campus-read"))).toBe("Demo switch");
  });

  it("rtr01 answers its SNMPv3 user", async () => {
    const user = {
      name: "monitor",
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols.sha,
      authKey: lab.env["PORTMATRIX_DEMO_AUTH_PASSWORD"]!,
      privProtocol: snmp.PrivProtocols.aes,
      privKey: lab.env["PORTMATRIX_DEMO_PRIV_PASSWORD"]!,
    };
    const session = snmp.createV3Session(address("rtr01"), user, { port: host("rtr01").ports.snmp! });
    expect(await getSysDescr(session)).toBe("Demo router");
  });

  it("fault 4: the receiver of site lab is silent again and again, that of main answers with its certificate", async () => {
    const [main, second] = server().sites.map(({ ports }) => ports.agent_receiver!);
    expect(lab.faults[3]?.flows).toEqual([`2.2/agent-registration/win01->cmk/tcp/${second}`]);
    for (let attempt = 0; attempt < 2; attempt += 1) expect(await knock(server().address, second!)).toBe("silent");
    const socket = connectTls({ host: server().address, port: main!, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { subject, issuer } = socket.getPeerCertificate();
    expect([subject.CN, issuer.CN]).toEqual(["main", "Site 'main' local CA"]);
    socket.write("GET /main/agent-receiver/openapi.json HTTP/1.1\r\nHost: cmk\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(String(answer)).toContain("Checkmk Agent Receiver");
    socket.destroy();
  });

  /** Names of the certificate on a TLS port: whose it is and who signed it. */
  async function certificateAt(target: string, port: number): Promise<string[]> {
    const socket = connectTls({ host: target, port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { subject, issuer } = socket.getPeerCertificate();
    socket.destroy();
    return [subject.CN, issuer.CN].map(String);
  }

  it("fault 5: on the port of muc's receiver another site answers, and Livestatus of muc is itself", async () => {
    const [remote] = topology.remote_sites;
    const { agent_receiver: receiver, livestatus } = remote!.sites[0]!.ports;
    expect(lab.faults[4]?.flows).toEqual([`2.2/agent-registration/web02->muc/tcp/${receiver}`]);
    expect(await certificateAt(remote!.address[0]!, receiver!)).toEqual(["muc_test", "Site 'muc_test' local CA"]);
    expect(await certificateAt(remote!.address[0]!, livestatus!)).toEqual(["muc", "Site 'muc' local CA"]);
  });

  it("fault 6: the license server's certificate is an inspector's", async () => {
    const { address: target, port } = topology.outgoing!.license as { address: string; port: number };
    expect(lab.faults[5]?.flows).toEqual([`7/license/cmk->${target}/tcp/${port}`]);
    expect(await certificateAt(target, port)).toEqual(["license.demo.invalid", "Demo TLS inspection CA"]);
  });

  it("fault 7: the port that must be blocked is open", async () => {
    const blocked = topology.requirements.find(({ expect: expected }) => expected === "blocked");
    expect(blocked).toMatchObject({ from: "web01", tcp: [expect.any(Number)] });
    const port = blocked!.tcp![0]!;
    expect(lab.faults[6]?.flows).toEqual([`extra/no-livestatus/web01->cmk/tcp/${port}`]);
    expect(await knock(server().address, port)).toBe("open");
  });

  it("answers on the loopback ports of the sites and the Event Console", async () => {
    const apaches = server().sites.map(({ ports }) => ports.apache!);
    for (const port of [...apaches, server().ports.event_console_status!])
      expect(await knock("127.0.0.1", port)).toBe("open");
    const status = await converse(
      "127.0.0.1",
      server().ports.event_console_status!,
      "GET status\nOutputFormat: json\n\n",
      1e4,
    );
    expect(JSON.parse(String(status))).toHaveLength(2);
    const invoke = "GET /main/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke HTTP/1.1\r\n\r\n";
    const page = String(await converse(server().address, server().ports.http!, invoke, 1e4));
    expect(page).toMatch(new RegExp(`^HTTP/1.1 200 OK\r\n[^]*\r\n\r\n${server().sites[0]!.ports.agent_receiver}$`));
  });

  it("answers DNS, NTP, SMTP and LDAP", async () => {
    const [dns, ntp, smtp, ldap] = (["dns", "ntp", "smtp", "ldap"] as const).map(
      (kind) => topology.outgoing![kind][0] as { address: string; port: number },
    );
    const question = encode({ type: "query", id: 77, questions: [{ type: "A", name: "cmk.invalid" }] });
    expect(decode(await askUdp(dns!.address, dns!.port, question))).toMatchObject({
      id: 77,
      type: "response",
      rcode: "NXDOMAIN",
    });
    const request = Buffer.alloc(48);
    request[0] = 0x23;
    request.write("transmit", 40, "latin1");
    const time = await askUdp(ntp!.address, ntp!.port, request);
    expect([time[0]! & 7, time[1], time.toString("latin1", 24, 32)]).toEqual([4, 2, "transmit"]);
    expect(Math.abs(time.readUInt32BE(40) - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(60);
    expect(String(await converse(smtp!.address, smtp!.port, "QUIT\r\n", 1e4))).toMatch(/^220 .*\r\n221 /);
    const bind = Buffer.from([0x30, 0x0c, 2, 1, 9, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0]);
    expect([...(await converse(ldap!.address, ldap!.port, bind, 14))].slice(0, 6)).toEqual([0x30, 0x0c, 2, 1, 9, 0x61]);
    const root = readLdapAnswer(await converse(ldap!.address, ldap!.port, encodeRootSearch(), 80));
    expect(root).toMatchObject({
      code: 0,
      values: new Map([
        ["supportedldapversion", ["3"]],
        ["namingcontexts", ["dc=demo,dc=invalid"]],
      ]),
    });
  });

  it("makes do with 127.0.0.1 where there is nothing else, by other ports", async () => {
    const narrow = await startLab(withLoopback(false, false));
    try {
      const { hosts } = read(narrow);
      expect(new Set(narrow.topologyText.match(/\b\d+\.\d+\.\d+\.\d+\b/g))).toEqual(new Set(["127.0.0.1"]));
      const ports = hosts.flatMap(({ ports: { agent: one } }) => one ?? []);
      expect(new Set(ports).size).toBe(4);
      expect(await Promise.all(ports.map(async (port) => knock("127.0.0.1", port)))).toEqual([
        "open",
        "open",
        "open",
        "ECONNREFUSED",
      ]);
    } finally {
      await narrow.close();
    }
  });

  it("lets a second lab start beside it, on other ports", async () => {
    const other = await startLab();
    try {
      const beside = read(other);
      expect(beside.server.sites[0]?.ports.agent_receiver).not.toBe(server().sites[0]!.ports.agent_receiver);
      // The port that is closed on purpose is nobody's; the other lab must not take it while it starts.
      expect(beside.hosts.find(({ name }) => name === "web02")?.ports.agent).not.toBe(agent("web02"));
    } finally {
      await other.close();
    }
  });
});

it("leaves nothing behind where it is interrupted before all listen", async () => {
  await expect.poll(resources).toEqual([]);
  await expect(startLab(undefined, AbortSignal.abort())).rejects.toThrow(/abort/i);
  await expect.poll(resources).toEqual([]);
});

it("leaves nothing behind, however often it runs", async () => {
  await expect.poll(resources).toEqual([]);
  for (let round = 0; round < 2; round += 1) {
    const lab = await startLab();
    const { server } = read(lab);
    const ports = [server.sites[0]!.ports.agent_receiver!, server.sites[1]!.ports.agent_receiver!, server.ports.http!];
    expect(resources().length).toBeGreaterThan(30);
    await lab.close();
    for (const port of ports) expect(await knock(server.address[0]!, port)).toBe("ECONNREFUSED");
    await expect.poll(resources).toEqual([]);
  }
});
