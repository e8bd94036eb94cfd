import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import type { DoctorOptions } from "./options.ts";
import { type Patient, readPatient } from "./subject.ts";
import type { Machine } from "../identify/identify.ts";

const folder = mkdtempSync(join(tmpdir(), "portmatrix-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

const elsewhere: Machine = { addresses: () => ["10.9.9.9"], resolve: () => Promise.resolve([]) };
const at = (address: string): Machine => ({ ...elsewhere, addresses: () => [address] });
const topology = {
  server: { name: "cmk", address: ["10.0.0.5", "fd00::5"], sites: [{ name: "main" }], ports: { https: 8443 } },
  remote_sites: [
    { name: "muc", address: "muc.example.com", sites: [{ name: "muc", ports: { agent_receiver: 8010 } }] },
  ],
  hosts: [
    { name: "web01", address: "10.0.2.1" },
    { name: "web02", address: "10.0.2.2", site: "muc", agent: "push", ports: { agent: 6557 } },
  ],
};

let files = 0;
function read(
  written: object | undefined,
  options: Partial<DoctorOptions>,
  { machine = elsewhere, env = {} }: { machine?: Machine; env?: Record<string, string> } = {},
): Promise<Patient> {
  const file = written === undefined ? undefined : join(folder, `topology-${(files += 1)}.json`);
  if (file !== undefined) writeFileSync(file, JSON.stringify(written));
  const readStdin = () => Promise.resolve(new Uint8Array());
  const { signal } = new AbortController();
  return readPatient(
    file,
    { timeout: 1000, format: [], color: false, ...options },
    { env, readStdin, signal },
    machine,
  );
}

describe("without a topology", () => {
  it("server and site are enough", async () => {
    const { subject, vantages, discovers } = await read(undefined, { server: "cmk.example.com", site: "main" });
    expect(subject).toMatchObject({ server: "cmk.example.com", addresses: ["cmk.example.com"], site: "main" });
    expect(subject).toMatchObject({ expectedPort: 8000, expectedFrom: "default", hostAddresses: [], agent: "pull" });
    expect({ vantages, discovers }).toEqual({ vantages: { host: "local" }, discovers: true });
  });

  it.each([
    ["cmk:8001", undefined, "cmk", 8001],
    ["10.0.0.5:8001", undefined, "10.0.0.5", 8001],
    ["[FD00::5]:8001", undefined, "fd00::5", 8001],
    ["fd00::5", 8002, "fd00::5", 8002],
    ["[fd00::5]", 8002, "fd00::5", 8002],
    ["cmk:8001", 8001, "cmk", 8001],
  ])("--server %s --port %s is %s, port %i, without discovery", async (server, port, address, expectedPort) => {
    const options = { server, site: "main", ...(port === undefined ? {} : { port }) };
    const { subject, discovers } = await read(undefined, options);
    expect(subject).toMatchObject({ addresses: [address], expectedPort, expectedFrom: "option" });
    expect(discovers).toBe(false);
  });

  it("on the server, the way back alone is tried", async () => {
    const options = { server: "cmk", site: "main", host: "web01", from: "server" };
    expect(await read(undefined, options)).toMatchObject({ vantages: { server: "local" }, subject: { host: "web01" } });
  });

  it("the address of this end is known to be elsewhere: refused for who says --from, else noted", async () => {
    const options = { server: "10.0.0.5", site: "main", host: "10.0.2.1" };
    const here = { machine: at("10.0.0.5") };
    expect((await read(undefined, options)).elsewhere).toEqual(["the host"]);
    expect((await read(undefined, options, { machine: at("10.0.2.1") })).elsewhere).toEqual([]);
    const from = { ...options, from: "server" };
    await expect(read(undefined, from)).rejects.toThrow("--from: this machine has no address of the server (10.0.0.5)");
    expect((await read(undefined, { ...from, from: "server!" })).elsewhere).toEqual(["the server"]);
    expect((await read(undefined, from, here)).elsewhere).toEqual([]);
  });

  it("proxy variables are named where the probes start here, and nowhere else", async () => {
    const env = { https_proxy: "http://proxy:3128", HTTP_PROXY: "", no_proxy: "x" };
    const options = { server: "cmk", site: "main", host: "web01" };
    expect((await read(undefined, options, { env })).subject.proxies).toEqual(["https_proxy"]);
    expect((await read(undefined, { ...options, from: "server" }, { env })).subject.proxies).toEqual([]);
  });

  it.each<[string, Partial<DoctorOptions>, string]>([
    ["a shell behind no command", { server: "cmk", site: "main", viaShell: "pwsh" }, "--via-shell: say the command"],
    ["no site", { server: "cmk" }, "--site: say which site"],
    ["a site that is none", { server: "cmk", site: "a/b?c" }, '--site: "a/b?c" is no name of a site'],
    ["a site with a blank", { server: "cmk", site: "a b" }, '--site: "a b" is no name of a site'],
    ["no address", { server: "10.1", site: "main" }, '--server: "10.1" is neither'],
    ["a link-local address without its zone", { server: "fe80::1", site: "main" }, '"fe80::1" is link-local'],
    ["two ports", { server: "cmk:8001", site: "main", port: 8000 }, "--port: 8000 contradicts --server cmk:8001"],
    ["port 0", { server: "cmk:0", site: "main" }, '--server: "0" is not a port'],
    ["an unknown side", { server: "cmk", site: "main", from: "web01" }, '--from: "web01" is neither host nor server'],
    ["the way back to nobody", { server: "cmk", site: "main", from: "server" }, "--host: say which host"],
    ["a host that is none", { server: "cmk", site: "main", host: "a b" }, '--host: "a b" is neither'],
  ])("%s is a mistake", async (_, options, message) => {
    await expect(read(undefined, options)).rejects.toThrow(InputError);
    await expect(read(undefined, options)).rejects.toThrow(message);
  });
});

describe("with a topology", () => {
  const ssh = (node: string) => ({ exec: ["ssh", "-T", node] });

  it("everything comes from it", async () => {
    const { subject, vantages } = await read(topology, { host: "web02", from: "web02" }, { machine: at("10.0.2.2") });
    expect(subject).toMatchObject({ server: "muc", addresses: ["muc.example.com"], site: "muc", agent: "push" });
    expect(subject).toMatchObject({ hostAddresses: ["10.0.2.2"], agentPort: 6557, otherWebPorts: [] });
    expect(subject).toMatchObject({ expectedPort: 8010, expectedFrom: "topology" });
    expect(vantages).toEqual({ host: "local" });
  });

  it("the machine is recognised by its address, and is the host unless another one is named", async () => {
    const { subject, vantages } = await read(topology, {}, { machine: at("10.0.2.1") });
    expect(subject).toMatchObject({ host: "web01", addresses: ["10.0.0.5", "fd00::5"], otherWebPorts: [8443] });
    expect(vantages).toEqual({ host: "local" });
  });

  it("both ends are reached through their vantage points", async () => {
    const vantages = { web01: ssh("web01"), cmk: ssh("cmk") };
    const patient = await read({ ...topology, vantages }, { host: "web01" });
    expect(patient.vantages).toEqual({ host: ssh("web01"), server: ssh("cmk") });
  });

  it("--via goes before the vantage point, and starts there what it is said to start", async () => {
    const via = { host: "web01", via: "ssh win" };
    const hostOf = async (options: object, declared?: object) => {
      const vantages = declared === undefined ? {} : { vantages: { web01: declared } };
      return (await read({ ...topology, ...vantages }, { ...via, ...options })).vantages.host;
    };
    expect(await hostOf({})).toEqual({ exec: ["ssh", "win"] });
    expect(await hostOf({ viaShell: "powershell" })).toEqual({ exec: ["ssh", "win"], shell: "powershell" });
    const declared = { ...ssh("web01"), shell: "pwsh" };
    expect(await hostOf({}, declared)).toEqual({ exec: ["ssh", "win"], shell: "pwsh" });
    expect(await hostOf({}, ssh("web01"))).toEqual({ exec: ["ssh", "win"] });
    expect(await hostOf({ viaShell: "powershell" }, declared)).toEqual({ exec: ["ssh", "win"], shell: "powershell" });
    await expect(hostOf({ via: undefined, viaShell: "pwsh" }, declared)).rejects.toThrow(
      "--via-shell: say the command",
    );
  });

  it("--server, --site and --port outweigh it", async () => {
    const options = { host: "web01", from: "web01", server: "other.example.com", site: "muc", port: 8005 };
    const { subject, discovers } = await read(topology, options, { machine: at("10.0.2.1") });
    expect(subject).toMatchObject({ server: "muc", addresses: ["other.example.com"], site: "muc", expectedPort: 8005 });
    expect(discovers).toBe(false);
  });

  it("--from SERVER tries the way back alone", async () => {
    const patient = await read(topology, { host: "web01", from: "cmk" }, { machine: at("fd00::5") });
    expect(patient).toMatchObject({ vantages: { server: "local" }, elsewhere: [] });
  });

  it("--from NODE where none of NODE's addresses is, is refused, sure with a mark, and noted then", async () => {
    for (const node of ["cmk", "web01"]) {
      const options = { host: "web01", from: node };
      await expect(read(topology, options)).rejects.toThrow(`--from: this machine has no address of ${node} (10.0`);
      expect((await read(topology, { ...options, from: `${node}!` })).elsewhere).toEqual([node]);
    }
    const declared = { ...topology, vantages: { web01: "local" } };
    expect((await read(declared, { host: "web01" })).elsewhere).toEqual(["web01"]);
    expect((await read(declared, { host: "web01" }, { machine: at("10.0.2.1") })).elsewhere).toEqual([]);
  });

  it.each<[string, object, Partial<DoctorOptions>, Machine, string]>([
    ["this machine is nobody", topology, { host: "web01" }, elsewhere, "none of the topology's nodes has an address"],
    [
      "this machine is the server",
      topology,
      { host: "web01" },
      at("10.0.0.5"),
      "run portmatrix there with --from web01",
    ],
    [
      "the host is unknown",
      topology,
      { host: "web03", from: "web01" },
      elsewhere,
      'no host "web03"; hosts: web01, web02',
    ],
    ["nobody says which host", topology, { from: "cmk" }, elsewhere, "say which host is to register: --host NAME"],
    [
      "the site is unknown",
      topology,
      { host: "web01", from: "web01", site: "x" },
      elsewhere,
      'no site "x"; sites: main, muc',
    ],
    ["the node is unknown", topology, { host: "web01", from: "x" }, elsewhere, 'the topology has no node "x"'],
  ])("%s: says what to do", async (_, written, options, machine, message) => {
    await expect(read(written, options, { machine })).rejects.toThrow(message);
  });
});
