import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Registration, registrationSchema } from "../../src/model/registration/registration.ts";
import { cli } from "../net/check.ts";
import type { Daemon, Lab } from "../net/lab.ts";
import { breakWorld, buildRegistrationWorld, host, mendWorld, server, sitePorts } from "../net/registration-world.ts";
import { useLab } from "../net/use-lab.ts";

type SiteName = keyof typeof sitePorts;

/** The record of the doctor on web01. */
async function doctor(lab: Lab, site: SiteName, options: readonly string[] = ["--inspect"]) {
  const topology = {
    catalog: "checkmk/2.3",
    server: {
      name: "cmk",
      address: server.fine.v4,
      sites: [{ name: site, ports: { agent_receiver: sitePorts[site] } }],
    },
    hosts: [{ name: "web01", address: host.fine.v4 }],
    vantages: { web01: "local", cmk: { exec: ["ip", "netns", "exec", "cmk"], worker: "python" } },
  };
  const file = join(lab.dir, `${site}.json`);
  await writeFile(file, JSON.stringify(topology));
  const argv = [process.execPath, cli, "doctor", "registration", file, "--host", "web01", "--timeout", "1s"];
  const { stdout, code } = await lab.on("web01", [...argv, "--format", "json", ...options]);
  const record: Registration = registrationSchema.parse(JSON.parse(stdout));
  const step = record.steps.find(({ name }) => name === record.firstBroken);
  return { code, record, step, finding: step?.seen[0]?.inspection?.finding, said: step?.inspected?.join("\n") ?? "" };
}

const lab = useLab(["python3"], buildRegistrationWorld);
let broken: Daemon[];

describe("what the server says where the receiver's port fails", () => {
  beforeAll(async () => {
    broken = await breakWorld(lab());
    // Of the server itself: one port is dropped, and one is rejected.
    await lab().rules(
      "cmk",
      `table inet guard { chain in { type filter hook input priority 0;
        tcp dport ${sitePorts.main} counter drop
        tcp dport ${sitePorts.plain} reject with tcp reset
      }
      }`,
    );
  });

  it.each<[SiteName, string, RegExp]>([
    ["off", "not-listening", /^Read on cmk: nothing listens on 8006\/tcp\. Start the service there/],
    ["main", "firewall", /^Read on cmk: its own firewall drops it by rule 1 of inet guard in .*dport 8000 drop/],
    ["plain", "firewall", /^Read on cmk: its own firewall rejects it by rule 2 of inet guard in .*dport 8004 reject/],
    ["dropped", "in-between", /nothing there explains it: .*listens on 8007\/tcp.*look between web01 and cmk/],
    ["portless", "in-between", /look between web01 and cmk/],
  ])("%s: %s", async (site, finding, says) => {
    const found = await doctor(lab(), site);
    expect(found).toMatchObject({ code: 1, finding, record: { firstBroken: "connection" } });
    expect(found.said).toMatch(says);
  });

  it("without --inspect nothing is read", async () => {
    const { step, finding } = await doctor(lab(), "off", []);
    expect({ finding, inspected: step?.inspected }).toEqual({ finding: undefined, inspected: undefined });
  });
});

describe("twins", () => {
  beforeAll(async () => {
    await lab().rules("cmk", "");
    await mendWorld(lab(), broken);
  });
  it.each<SiteName>(["off", "main", "plain", "dropped", "portless"])("%s works", async (site) => {
    const { record } = await doctor(lab(), site);
    expect(record).toMatchObject({ verdict: "works", causes: [] });
    expect(record.steps.some(({ inspected }) => inspected !== undefined)).toBe(false);
  });
});
