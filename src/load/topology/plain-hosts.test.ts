import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostSchema } from "../../model/topology/topology.ts";
import { readPlainHosts } from "./plain-hosts.ts";

describe("readPlainHosts", () => {
  const snmp = [
    { version: "2c", community: { env: "COMMUNITY" } },
    { version: 3, user: "monitor", auth: { protocol: "sha", password: { file: "auth" } } },
  ];
  /** Hosts as they are written; with `wrong`, some of them are not as the schema wants them. */
  const hosts = (wrong: boolean) => {
    const one = (good: readonly unknown[], bad: readonly unknown[]) => fc.constantFrom(...good, ...(wrong ? bad : []));
    const address = one(
      ["10.0.0.1", "0.20.199.255", "250.0.0.1", "::ffff:10.0.0.1", "2001:DB8::1", "Web01.example.com", "1.2.3.4.5a"],
      [
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "10.0.0.300",
        "10.0.0",
        "10.0.0.01",
        "10.0.0.1.",
        "10.0.0.1\n",
        "",
        5,
      ],
    );
    const own = fc.record(
      {
        name: one(["web01", "a.b-c"], ["hosts", "-x", "", 5]),
        address: fc.oneof(address, fc.array(address, { minLength: wrong ? 0 : 1, maxLength: 3 })),
      },
      { requiredKeys: wrong ? [] : ["name", "address"] },
    );
    const settings = fc.record(
      {
        site: one(["main", ""], [7]),
        os: one(["linux", "windows"], ["beos"]),
        agent: one(["pull", "legacy"], [null]),
        ping: one([true, false], ["yes"]),
        controls: fc.boolean(),
        snmp: one(snmp, [{ version: "2c", community: "public" }]),
        ports: one([{}, { agent: 6557 }], [{ agent: 0 }, { http: 80 }]),
        ...(wrong ? { colour: fc.constant("red") } : {}),
      },
      { requiredKeys: [] },
    );
    return fc.tuple(own, settings).map(([first, rest]) => ({ ...first, ...rest }));
  };
  /** What the schema makes of the hosts, if it finds nothing wrong with any of them. */
  const bySchema = (written: readonly unknown[]) => {
    const parsed = written.map((one) => hostSchema.safeParse(one));
    return parsed.every(({ success }) => success) ? parsed.map(({ data }) => data) : undefined;
  };
  const sameAsSchema = (written: readonly unknown[]) => {
    const [plain, parsed] = [readPlainHosts(written), bySchema(written)];
    expect(plain).toStrictEqual(parsed);
    expect(JSON.stringify(plain)).toBe(JSON.stringify(parsed)); // in the same order, too
  };

  it("reads what the schema reads, and leaves alone what it refuses", () => {
    fc.assert(
      fc.property(fc.oneof(hosts(true), hosts(false), fc.jsonValue()), (one) => sameAsSchema([one])),
      { numRuns: 2000 },
    );
  });

  it("keeps hosts with different settings apart", () => {
    fc.assert(
      fc.property(fc.array(hosts(false)), (written) => {
        expect(readPlainHosts(written)).toBeDefined();
        sameAsSchema(written);
      }),
    );
  });

  it("shares equal settings", () => {
    const [first, second, third] =
      readPlainHosts([
        { name: "a", address: "10.0.0.1", snmp: snmp[0] },
        { name: "b", address: "10.0.0.2", snmp: snmp[0] },
        { name: "c", address: "10.0.0.3", snmp: snmp[1] },
      ]) ?? [];
    expect(first?.snmp).toBe(second?.snmp);
    expect(first?.snmp).not.toEqual(third?.snmp);
  });
});
