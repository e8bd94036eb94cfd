import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { namedLab, repository } from "./driver.ts";

const lab = namedLab("description");

describe("docker-compose.yml, the lab's description", () => {
  it("has the truth of every flow, and the generated files agree with it", async () => {
    await expect(lab.drive("generate", "--check")).resolves.toBe("");
  });
});

describe("what the driver does not know", () => {
  const directory = mkdtempSync(join(tmpdir(), "portmatrix-lab-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const text = readFileSync(join(repository, "docker-compose.yml"), "utf8");

  /** Reads a changed description with the driver's own reader. */
  const read = async (changed: string) => {
    const file = join(directory, "compose.yml");
    writeFileSync(file, changed);
    const { readDescription } = await import(join(repository, "lab/driver/description.mjs"));
    return () => readDescription(file);
  };

  it("is nothing in the description as it is", async () => {
    expect(await read(text)).not.toThrow();
  });

  it.each([
    [
      "a key of a service",
      "  fw:\n",
      "  fw:\n    privileged: true\n",
      'service fw: the lab driver does not know "privileged"',
    ],
    ["a key of a network", "  muc: { enable_ipv6", "  muc: { internal: true, enable_ipv6", 'does not know "internal"'],
    ["a key of the file", "\nservices:\n", "\nvolumes: {}\nservices:\n", 'does not know "volumes"'],
    [
      "a key of a fault",
      "    drop-icmp:\n",
      "    drop-icmp:\n      when: now\n",
      'x-lab.faults.drop-icmp: the lab driver does not know "when"',
    ],
    ["a worker of no node", "bare01: none }", "bare02: none }", "x-lab.workers: there is no node bare02"],
    ["a variable", "name: portmatrix-lab", "name: $NAME", "a dollar sign"],
    ["a volume that can be written", "./lab:/lab:ro", "./lab:/lab:rw", "not a read-only bind"],
    [
      "an address that is not fixed",
      "{ ipv4_address: 10.213.3.5,",
      "{ aliases: [x], ipv4_address: 10.213.3.5,",
      '"aliases"',
    ],
    ["a missing address", "{ ipv4_address: 10.213.3.5, ", "{ ", "no static addresses on ber"],
    ["another health check", "/run/lab/ready]", "/run/lab/done]", "the health check must be"],
  ])("%s is refused", async (_name, from, to, message) => {
    expect(text).toContain(from);
    expect(await read(text.replace(from, to))).toThrow(message);
  });
});

describe("the truth before anything is installed", () => {
  const ids = ["2.1/agent/cmk->web01/tcp/6556", "2.1/agent/cmk->off01/tcp/6556", "2.1/ping/cmk->web01/icmp"];
  const truth = { "*": "open pass responder-answered proven", "*off01*": "silent fail no-answer inferred" };
  const read = async (changes: object, faults = {}) => {
    const { truthWithoutServices } = await import(join(repository, "lab/driver/truth.mjs"));
    return () =>
      truthWithoutServices(
        { withoutServices: { truth, unproven: { "*off01*": "it is off" }, ...changes }, faults },
        ids,
      );
  };

  it("says of each flow how it is proven, and why some are not", async () => {
    const { healthy, unproven } = (await read({}))();
    expect(ids.map((id) => healthy.get(id).proof)).toEqual(["proven", "inferred", "proven"]);
    expect(unproven).toEqual([{ pattern: "*off01*", why: "it is off", ids: [ids[1]] }]);
  });

  it.each([
    ["a flow that is not proven, without a reason", { unproven: {} }, `${ids[1]} is not proven, and nothing says why`],
    ["a reason for nothing", { unproven: { "*off01*": "off", "*web*": "why" } }, '"*web*" excuses no flow'],
    [
      "a row without its proof",
      { truth: { "*": "open pass responder-answered" } },
      "is not OUTCOME VERDICT REASON PROOF",
    ],
  ])("%s is refused", async (_name, changes, message) => {
    expect(await read(changes)).toThrow(message);
  });

  it("has only the faults that change something then", async () => {
    const faults = { cut: { withoutServices: { "*web01/tcp*": "silent fail path-blocked proven" } }, stopped: {} };
    const { changed } = (await read({}, faults))();
    expect([...changed.keys()]).toEqual(["cut"]);
  });
});

it.each([["break", "block-8000"], ["mend", "block-8000"], ["prove"]])(
  "%s says in one line how a lab is started, where none is up",
  async (...words) => {
    await expect(namedLab("absent").drive(...words)).rejects.toThrow(/no lab is up: npm run lab:up starts it/);
  },
);

describe("the truth", () => {
  const description = { truth: { "*": "open pass handshake-completed" }, faults: {} };
  const ids = ["2.1/agent/cmk->web01/tcp/6556", "2.1/ping/cmk->web01/icmp"];
  const truthOf = async (changes: object) => {
    const { truthOf: resolve } = await import(join(repository, "lab/driver/truth.mjs"));
    return () => resolve({ ...description, ...changes }, ids);
  };

  it("takes the last row that matches, and a fault's row over it", async () => {
    const resolve = await truthOf({
      truth: { "*": "open pass handshake-completed", "2.1/{ping,trap}/*": "open pass echo-reply" },
      faults: { cut: { why: "cut", truth: { "*/icmp": "silent fail no-answer" } } },
    });
    const { healthy, changed } = resolve();
    expect(ids.map((id) => healthy.get(id).reason)).toEqual(["handshake-completed", "echo-reply"]);
    expect([...changed.get("cut").keys()]).toEqual([ids[1]]);
  });

  it.each([
    ["a flow without truth", { truth: { "2.1/agent/*": "open pass handshake-completed" } }, "no row for 2.1/ping"],
    ["a row for nothing", { truth: { "*": "open pass x", "9/*": "open pass x" } }, '"9/*" decides no flow'],
    ["a row that is not three words", { truth: { "*": "open pass" } }, "is not OUTCOME VERDICT REASON"],
    [
      "a fault's row that changes nothing",
      { faults: { cut: { why: "cut", truth: { "*/icmp": "open pass handshake-completed" } } } },
      "changes nothing",
    ],
  ])("%s is refused", async (_name, changes, message) => {
    expect(await truthOf({})).not.toThrow();
    expect(await truthOf(changes)).toThrow(message);
  });
});
