import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/model/outcome.ts";
import type { Result, Run } from "../../src/model/run/run.ts";
import { drawFirstLook } from "../../src/report/run/table-follow-up.ts";
import { phraseCause } from "../../src/report/view/cause-phrases.ts";
import type { Cause } from "../../src/report/view/cause.ts";
import { findCauses } from "../../src/report/view/causes.ts";
import { type Fault, planned, runUnder, seen, when } from "./twenty-five-nodes.ts";

const byFirewall = { reporter: "10.0.0.254", icmpCode: "3/13", codeSeen: true };

/** Twelve single faults, and how the sentence that names each of them reads. */
const faults: readonly (readonly [name: string, fault: Fault, names: RegExp])[] = [
  [
    "the firewall drops 8000 to the server",
    when(({ port, target }) => port === 8000 && target.endsWith("5"), seen.silent),
    /^8000\/tcp on cmk .*no answer/,
  ],
  [
    "the firewall prohibits 6556 to the web servers",
    when(({ port, target }) => port === 6556 && target.startsWith("10.0.2."), seen.prohibited, byFirewall),
    /^6556\/tcp .*prohibited on 6 nodes .*Reported by 10\.0\.0\.254/,
  ],
  [
    "one agent is off",
    when(({ port, target }) => port === 6556 && target === "10.0.4.2", seen.refused),
    /refused at db02 \(10\.0\.4\.2:6556/,
  ],
  ["one host is off", when(({ target }) => target === "10.0.4.3", seen.unreachable), /^db03 did not respond to/],
  [
    "SNMP of one switch is silent",
    when(({ spec, target }) => spec.kind === "snmp" && target === "10.0.3.2", seen.silent),
    /sw02 \(10\.0\.3\.2:161/,
  ],
  [
    "the DNS server is silent",
    when(({ port, spec }) => port === 53 && spec.kind === "udp", seen.silent),
    /10\.0\.50\.53:53/,
  ],
  ["the time server is silent", when(({ port }) => port === 123, seen.silent), /10\.0\.50\.123:123/],
  ["the directory server is off", when(({ target }) => target === "10.0.50.89", seen.silent), /10\.0\.50\.89/],
  [
    "IPv6 to the server is dead",
    when(({ target }) => target === "fd00::5", seen.silent),
    /^cmk did not respond to .* at fd00::5; it did at 10\.0\.0\.5/,
  ],
  [
    "Livestatus of one site is closed",
    when(({ port, target }) => port === 6557 && target === "10.2.0.5", seen.refused),
    /ber \(10\.2\.0\.5:6557/,
  ],
  [
    "one host reaches nothing",
    when(({ from }) => from === "web04", seen.silent),
    /^Nothing responded to web04|^web04 →/,
  ],
  [
    "ssh is open where it must not be",
    when(({ from, port }) => from === "web02" && port === 22, seen.open),
    /handshake with cmk .*must be blocked/,
  ],
];

/** What else is wrong in a network that nobody ever finished. */
const noise: readonly Fault[] = [
  when(({ port }) => port === 443, seen.refused),
  when(({ target, port }) => target.startsWith("10.0.9.") && port !== undefined, seen.refused),
];

const headlines = (run: Run): string[] => findCauses(run.results).map((cause) => phraseCause(cause).headline);

describe("twelve single faults in a network of 25 nodes", () => {
  it("has 25 nodes", () => {
    expect(new Set(planned.flows.flatMap(({ from, to }) => [from, to])).size).toBe(25);
  });
  it("shows no failure without a fault", () => {
    expect(runUnder().results.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  });
  it.each(faults)("%s: named among the first three", (_, fault, names) => {
    expect(headlines(runUnder()).filter((text) => names.test(text))).toEqual([]);
    expect(
      headlines(runUnder(fault))
        .slice(0, 3)
        .filter((text) => names.test(text)),
    ).toHaveLength(1);
  });
  it.each(faults)("%s: among the first three of a noisy network, too", (_, fault, names) => {
    const found = headlines(runUnder(fault, ...noise)).findIndex((text) => names.test(text));
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThan(3);
  });
  it("reads like this", async () => {
    const plain = { colour: false, unicode: true } as never;
    const text = faults.map(
      ([name, fault]) => `# ${name}\n${drawFirstLook(runUnder(fault).results, 100, plain).join("\n")}\n`,
    );
    await expect(text.join("\n")).toMatchFileSnapshot("__golden__/first-look.txt");
  });
});

const answered = ({ outcome }: Result): boolean =>
  outcome === "open" || outcome === "refused" || outcome === "prohibited";
const port = ({ to, address, protocol, port: number }: Result): string => `${to} ${address} ${protocol} ${number}`;

/** What the run says against the sentences about a cause; empty if they are true. */
function contradictions(cause: Cause, all: readonly Result[]): string[] {
  const { kind, results, works } = cause;
  const { headline, advice } = phraseCause(cause);
  const has = (of: (result: Result) => string) => {
    const values = new Set(results.map(of));
    return (result: Result): boolean => values.has(of(result));
  };
  const [sameFrom, sameTo, sameAddress, samePort] = [
    has(({ from }) => from),
    has(({ to }) => to),
    has(({ to, address }) => `${to} ${address}`),
    has(port),
  ];
  const claims: [boolean, (result: Result) => boolean][] = [
    [headline.startsWith("Nothing responded to "), sameFrom],
    [/ did not respond to /.test(headline) && kind === "targets", (one) => sameFrom(one) && sameTo(one)],
    [/ did not respond to /.test(headline) && kind === "addresses", (one) => sameFrom(one) && sameAddress(one)],
    [advice.includes("Several nodes see the same"), samePort],
  ];
  const refuted = claims.flatMap(([isMade, refutes]) =>
    isMade ? all.filter((one) => answered(one) && refutes(one)) : [],
  );
  const unproven =
    kind === "addresses" && !all.some((one) => sameTo(one) && answered(one) && works.includes(one.address));
  return [
    ...refuted.map(({ id, outcome }) => `${headline} ${advice} BUT ${id} ${outcome}`),
    ...(unproven ? [headline] : []),
    ...(forgetsAddresses(cause, all, `${headline} ${advice}`) ? [`${headline} ${advice} FORGETS an address`] : []),
  ];
}

/** True if a flow of the cause works at another address of its target, and the words name neither it nor its family. */
function forgetsAddresses({ results }: Cause, all: readonly Result[], words: string): boolean {
  const isSame = (one: Result, other: Result) =>
    other.from === one.from && other.to === one.to && other.requirement === one.requirement && other.port === one.port;
  const working = results
    .filter(({ verdict, expect: wanted }) => verdict === "fail" && wanted === "open")
    .flatMap((one) => all.filter((other) => isSame(one, other) && other.verdict === "pass"))
    .map(({ address }) => address);
  const isNamed = (address: string) =>
    words.includes(address) || words.includes(address.includes(":") ? "ver IPv6" : "ver IPv4");
  return working.length > 0 && !working.some(isNamed);
}

const anyOutcome = fc.constantFrom<Outcome>(
  seen.open,
  seen.refused,
  seen.silent,
  seen.silent,
  seen.prohibited,
  seen.unreachable,
);
const some = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), anyOutcome, { maxKeys: 4 });
const distinctOf = (of: (probe: (typeof planned.probes)[number]) => string) => [...new Set(planned.probes.map(of))];
const portName = ({ spec }: (typeof planned.probes)[number]) => ("port" in spec ? `${spec.port}` : "ping");

it("no sentence about a cause is contradicted by a result of the same run", () => {
  const [byTarget, byFrom, byPort, byProbe] = [
    some(distinctOf(({ target }) => target)),
    some(distinctOf(({ from }) => from)),
    some(distinctOf(portName)),
    some(planned.probes.map(({ id }) => id)),
  ];
  fc.assert(
    fc.property(byTarget, byFrom, byPort, byProbe, (targets, sources, ports, probes) => {
      const { results } = runUnder((probe) => {
        const outcome = probes[probe.id] ?? targets[probe.target] ?? sources[probe.from] ?? ports[portName(probe)];
        return outcome === undefined ? undefined : [outcome];
      });
      expect(findCauses(results).flatMap((cause) => contradictions(cause, results))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
