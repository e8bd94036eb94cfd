import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
type Family = (typeof families)[number];
/** Alike in length, so that they are asked in this order. */
const ports = [7_001, 7_002, 7_003, 7_004, 7_005, 7_006, 7_007, 7_008] as const;
const passing = 4;
const far = at(2, 10);
const topology = topologyOf({
  hosts: [quietHost("far", [far.v4, far.v6])],
  requirements: [{ from: "server", to: "far", tcp: ports, service: "none" }],
});

/** The router lets so many new connections of each family through and drops the rest; one more after each `every`. */
const limiting = (rate: string) =>
  [`ip daddr ${far.v4}`, `ip6 daddr ${far.v6}`].map(
    (target) => `${target} tcp flags syn / syn,ack limit rate over ${rate} burst ${passing} packets drop`,
  );

let limited: Checked;
let banned: Checked;
let open: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  await listen(
    lab,
    "hosts",
    ports.map((port) => ({ protocol: "tcp" as const, address: "::", port })),
  );
  const args = ["--section", "extra", "--timeout", "1500ms"];
  await setFirewall(lab, limiting("12/minute"));
  limited = await check(lab, topology, { args });
  await setFirewall(lab, limiting("1/hour"));
  banned = await check(lab, topology, { args });
  await setFirewall(lab, []);
  open = await check(lab, topology, { args });
});

const of = (run: Checked, family: Family, port: number) =>
  resultOf(run, { to: "far", protocol: "tcp", port, address: far[family] });
const early = families.flatMap((family) => ports.slice(0, passing).map((port) => [family, port] as const));
const late = ports.slice(passing);

describe("a limit on new connections", () => {
  test.each(early)("the first ones pass: %s, %i", (family, port) =>
    expect(inShort(of(limited, family, port))).toBe("open pass handshake-completed observed"),
  );

  test.each(families)(
    "%s: a later one that answers when it is asked again slower is no failure, and says so",
    (family) => {
      const [first = 0] = late;
      const result = of(limited, family, first);
      expect(inShort(result)).toBe("open warn answered-on-second-attempt observed");
      expect(result.evidence.askedSlower).toEqual({ outcome: "open", answered: passing, silent: late.length });
      expect(result.advice).toContain("Something limits new connections from cmk");
    },
  );

  test("what is asked again is announced", () =>
    expect(limited.stderr).toContain(
      `the first ${passing} new connections were answered, the ${late.length} after them`,
    ));
});

describe("a ban after some connections", () => {
  test.each(families)("%s: one port is asked again without success, and says so; no other is", (family) => {
    const [first, ...others] = late.map((port) => of(banned, family, port));
    expect(first?.evidence.askedSlower).toMatchObject({ outcome: "silent" });
    expect(first?.advice).toContain("it was silent again, so a ban for scanning or a rule is more likely");
    for (const other of others) {
      expect(inShort(other)).toBe("silent fail no-answer inferred");
      expect(other.evidence.askedSlower).toBeUndefined();
      expect(other.advice).toContain("Or a ban for scanning");
    }
  });
});

describe("twin: without a limit", () => {
  test.each(families)("%s: all is open and nothing is asked again", (family) => {
    for (const port of ports) {
      const result = of(open, family, port);
      expect(inShort(result)).toBe("open pass handshake-completed observed");
      expect(result.attempts).toBe(1);
    }
    expect(open.stderr).not.toContain("asking again");
  });
});
