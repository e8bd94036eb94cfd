import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { arrivalsFileSchema } from "../../src/model/run/responder.ts";
import { runSchema } from "../../src/model/run/run.ts";
import { check, cli, topologyOf } from "./check.ts";
import type { Daemon } from "./lab.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10);
const net = useLab([], (lab) => buildPath(lab, [10]));
const topology = topologyOf({
  stage: "preinstall",
  hosts: [{ name: "web01", address: [host.v4, host.v6], agent: "legacy", ping: false }],
  requirements: [
    { from: "cmk", to: "web01", udp: 162, why: "a port below 1024" },
    { from: "cmk", to: "web01", tcp: 7001 },
    { from: "cmk", to: "web01", tcp: 7002 },
  ],
  vantages: { cmk: "local" },
});
const file = (name: string) => join(net().dir, name);

beforeAll(async () => {
  await writeFile(file("t.json"), JSON.stringify(topology));
  await writeFile(file("key"), "0123456789abcdef0123456789abcdef\n");
  await writeFile(file("other-key"), "fedcba9876543210fedcba9876543210\n");
});

/** The processes of the lab alone are seen in it. */
afterEach(async () => {
  await net().run(["sh", "-c", "pkill -KILL -f 'cli[.]js|listen[.]mjs'; true"]);
});

const startListening = (...args: string[]): Promise<Daemon> =>
  net().start(
    "hosts",
    [process.execPath, cli, "listen", file("t.json"), "--as", "web01", "--key-file", file("key"), ...args],
    { prints: "Listening on" },
  );
const ask = (...args: string[]) =>
  check(net(), topology, { args: ["--timeout", "1s", "--key-file", file("key"), ...args] });
const listening = async () => (await net().must("hosts", ["ss", "-Hlntu"])).trim();
const short = ({ run }: Awaited<ReturnType<typeof ask>>) =>
  run.results
    .filter(({ to }) => to === "web01")
    .map(({ protocol, port, address, reason }) => `${protocol}/${port} ${address.includes(":") ? 6 : 4} ${reason}`);

describe("portmatrix listen", () => {
  it("holds the ports of its node, gives its rights up, shows what arrives, and proves each way", async () => {
    await setFirewall(net(), []);
    const responder = await startListening("--for", "2m");
    const pid =
      (await net().must("hosts", ["sh", "-c", "pgrep -f 'portmatrix.cjs listen'"])).trim().split("\n")[0] ?? "";
    const status = await net().must("hosts", ["cat", `/proc/${pid}/status`]);
    if (net().privileged) expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$[^]*^CapEff:\t0+$/m);
    const checked = await ask("--responders", "web01");
    expect(new Set(short(checked).map((one) => one.split(" ")[2]))).toEqual(new Set(["responder-answered"]));
    expect(checked.code).toBe(0);
    await expect.poll(() => responder.output()).toMatch(/UTC 162\/udp at \S+ from 10\.213\.1\.2:\d+ answered/);
    expect(responder.output()).toMatch(/162\/udp +10\.213\.2\.10 +held/);
    await responder.stop();
    expect(await listening()).toBe("");
  });

  it("with another key nobody is answered, and nothing is told of", async () => {
    const responder = await startListening();
    const checked = await check(net(), topology, {
      args: ["--timeout", "1s", "--key-file", file("other-key"), "--responders", "web01"],
    });
    expect(checked.run.results.map(({ evidence }) => evidence.responder?.answered ?? false)).not.toContain(true);
    expect(responder.output()).not.toContain("answered");
    await responder.stop();
  });

  it("leaves a service alone and says who it is; ends with its time", async () => {
    const service = await listen(net(), "hosts", [{ protocol: "tcp", address: host.v4, port: 7001, mute: true }]);
    const responder = await startListening("--for", "4s");
    expect(responder.output()).toMatch(/7001\/tcp +10\.213\.2\.10 +in use by node \(10\.213\.2\.10\), left alone/);
    expect(responder.output()).toMatch(/7001\/tcp +fd21:3:2::a +held/);
    await expect.poll(listening, { timeout: 15_000, interval: 200 }).not.toContain("7002");
    expect(await listening()).toContain(":7001");
    await service.stop();
    await responder.stop();
  });
});

describe("arrivals that are joined later", () => {
  it("name the side to look at, by report --merge and by check --merge; with the twin", async () => {
    await setFirewall(net(), ["tcp dport 7001 drop", "udp sport 162 drop"]);
    const responder = await startListening("--record", file("arrivals.json"), "--for", "3m");
    const checked = await ask("--responders", "web01", "--format", `json=${file("run.json")}`);
    expect(
      short(checked)
        .filter((one) => /7001|162/.test(one))
        .toSorted(),
    ).toEqual(
      ["tcp/7001 4 no-answer", "tcp/7001 6 no-answer", "udp/162 4 udp-silence", "udp/162 6 udp-silence"].toSorted(),
    );
    const joined = [
      "tcp/7001 4 path-blocked",
      "tcp/7001 6 path-blocked",
      "udp/162 4 reply-lost",
      "udp/162 6 reply-lost",
    ];
    const merging = await ask("--merge", file("arrivals.json"));
    expect(
      short(merging)
        .filter((one) => /7001|162/.test(one))
        .toSorted(),
    ).toEqual(joined.toSorted());

    await net().must("hosts", ["pkill", "-INT", "-f", "portmatrix.cjs listen"]);
    await expect.poll(listening, { timeout: 10_000 }).toBe("");
    const record = arrivalsFileSchema.parse(JSON.parse(await readFile(file("arrivals.json"), "utf8")));
    expect(record.endedAt).toBeDefined();
    const report = await net().on("cmk", [
      process.execPath,
      cli,
      "report",
      file("run.json"),
      "--merge",
      file("arrivals.json"),
      "--format",
      `json=${file("merged.json")}`,
    ]);
    expect(report.code).toBe(1);
    const run = runSchema.parse(JSON.parse(await readFile(file("merged.json"), "utf8")));
    expect(
      short({ ...checked, run })
        .filter((one) => /7001|162/.test(one))
        .toSorted(),
    ).toEqual(joined.toSorted());
    expect(run.results.find(({ reason }) => reason === "reply-lost")?.advice).toContain("Look at the return path");
    await responder.stop();

    await setFirewall(net(), []);
    const again = await startListening("--record", file("again.json"));
    expect(new Set(short(await ask("--merge", file("again.json"))).map((one) => one.split(" ")[2]))).toEqual(
      new Set(["responder-answered"]),
    );
    await again.stop();
  });

  const refused = async (...args: string[]) => {
    const ran = await net().on("cmk", [process.execPath, cli, ...args]);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    return `${ran.code} ${ran.stderr}`;
  };

  it("stale, foreign and damaged files are refused in one line, and nothing is sent", async () => {
    const [record, whole] = [file("arrivals.json"), await readFile(file("arrivals.json"), "utf8")];
    const checkWith = (name: string, key = "key") =>
      refused("check", file("t.json"), "--merge", file(name), "--key-file", file(key), "--quiet");
    expect(await checkWith("arrivals.json")).toMatch(/^2 .*ended at .*, before this run/);
    expect(await checkWith("again.json", "other-key")).toMatch(/^2 .*another key/);
    await writeFile(file("cut.json"), whole.slice(0, 200));
    expect(await checkWith("cut.json")).toMatch(/^2 .*not JSON/);
    await writeFile(file("bent.json"), whole.replace('"how":"token"', '"how":"magic"'));
    expect(await checkWith("bent.json")).toMatch(/^2 .*damaged/);
    await writeFile(file("strange.json"), '{"format":"something/9"}');
    expect(await checkWith("strange.json")).toMatch(/^2 .*no file that can be merged/);
    await writeFile(file("foreign.json"), whole.replace(/"plan":"[0-9a-f]{64}"/, `"plan":"${"0".repeat(64)}"`));
    expect(await checkWith("foreign.json")).toMatch(/^2 .*another topology/);
    await writeFile(
      file("late.json"),
      whole.replace(/"startedAt":"[^"]+"/, '"startedAt":"2030-01-01T00:00:00.000Z"').replace(/"endedAt":"[^"]+",?/, ""),
    );
    expect(await refused("report", file("run.json"), "--merge", file("late.json"))).toMatch(/^2 .*not the same time/);
    expect(await refused("check", file("t.json"), "--merge", record)).toMatch(/^2 .*needs the key/);
  });

  it("a key is never short, and never missing", async () => {
    await writeFile(file("short"), "password");
    const base = ["listen", file("t.json"), "--as"];
    expect(await refused(...base, "web01", "--key-file", file("short"))).toMatch(/^2 .*at least 32 characters/);
    expect(await refused(...base, "web01")).toMatch(/^2 .*openssl rand -hex 32/);
    expect(await refused(...base, "web99", "--key-file", file("key"))).toMatch(/^2 .*no node "web99"/);
    expect(await refused("check", file("t.json"), "--responders", "web01")).toMatch(/^2 .*no vantage point for web01/);
  });
});

describe("what is killed leaves nothing behind", () => {
  it("a responder through a vantage point ends with its checker, killed or not", async () => {
    const through = { ...topology, vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "hosts"] } } };
    await setFirewall(net(), ["tcp dport 7001 drop", "tcp dport 7002 drop"]);
    for (const worker of ["node", "python", "perl"]) {
      const web01 = { exec: ["ip", "netns", "exec", "hosts"], worker };
      await writeFile(file("through.json"), JSON.stringify({ ...through, vantages: { ...through.vantages, web01 } }));
      const args = ["check", file("through.json"), "--responders", "auto", "--timeout", "10s"];
      const checker = await net().start("cmk", [process.execPath, cli, ...args]);
      await expect.poll(listening, { timeout: 20_000, interval: 100 }).toContain(":7002");
      await net().must("cmk", ["pkill", "-KILL", "-f", "portmatrix.cjs check"]);
      await expect.poll(listening, { timeout: 10_000, interval: 100 }).toBe("");
      await checker.stop();
    }
  });

  it("a responder that is killed leaves no port", async () => {
    const responder = await startListening();
    expect(await listening()).toContain(":7002");
    await responder.stop(); // SIGKILL
    await sleep(100);
    expect(await listening()).toBe("");
  });
});
