import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/outcome.ts";
import type { Lab } from "./lab.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { type SeenThere, observeBehind, onlyWith, ordinaryUser, taskOf } from "./rungs.ts";
import { families, protocols, rejectCases, rejectRules, rejects } from "./rejects.ts";
import { expectColumns } from "./rungs-table.ts";
import { useLab } from "./use-lab.ts";

const dropped = 7020;
const reset = 7021;
const closed = 7022;
const open = 7000;
const host = at(2, 10);
const addressOf = (family: 4 | 6) => (family === 4 ? host.v4 : host.v6);
const firewall = { 4: at(1, 1).v4, 6: at(1, 1).v6 };

const cases = rejectCases;
const rules = [
  ...rejectRules,
  `tcp dport ${dropped} drop`,
  `udp dport ${dropped} drop`,
  `tcp dport ${reset} reject with tcp reset`,
];
const plain = { open, dropped, reset, closed } as const;
const probe = (protocol: "tcp" | "udp", port: number) =>
  protocol === "tcp" ? ({ kind: "tcp", port } as const) : ({ kind: "udp", port, payload: "dns" } as const);
const tasks = [
  ...cases.map(({ id, family, protocol, port }) => taskOf(id, addressOf(family), probe(protocol, port))),
  ...families.flatMap((family) => [
    ...protocols.flatMap((protocol) =>
      Object.entries(plain)
        .filter(([name]) => protocol === "tcp" || name !== "reset")
        .map(([name, port]) => taskOf(`${protocol}${family} ${name}`, addressOf(family), probe(protocol, port))),
    ),
    taskOf(`icmp${family}`, addressOf(family), { kind: "icmp" }),
  ]),
];

const rungs = ["node", "python", "perl", "bash", "none"] as const;
type Rung = (typeof rungs)[number];
const programs = { node: ["node"], python: ["python3"], perl: ["perl"], bash: ["bash"], none: [] } as const;

let seen: Record<string, SeenThere> = {};
let mended: Record<string, SeenThere> = {};

async function placesOf(lab: Lab): Promise<Record<string, string[]>> {
  const places: Record<string, string[]> = {};
  for (const rung of rungs) {
    const only = await onlyWith(lab, `only-${rung}`, programs[rung]);
    places[rung] = ["ip", "netns", "exec", "cmk", ...ordinaryUser(lab), ...only];
  }
  return places;
}

useLab(["python3", "perl", "bash", "setpriv"], async (lab) => {
  await buildPath(lab, [10]);
  await lab.must("cmk", ["sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"]);
  await setFirewall(lab, rules);
  const ports = [open, dropped, reset, ...rejects.map(({ port }) => port)];
  const everywhere = families.map(addressOf).flatMap((address) =>
    ports.flatMap((port) => [
      { protocol: "tcp" as const, address, port },
      { protocol: "udp" as const, address, port, reply: "dns" as const },
    ]),
  );
  await listen(lab, "hosts", everywhere);
  const places = await placesOf(lab);
  seen = await observeBehind(lab, places, tasks);
  await setFirewall(lab, []);
  const { none: _, node: __, ...others } = places;
  mended = await observeBehind(lab, others, tasks);
});

function answerOf(from: Record<string, SeenThere>, rung: Rung, id: string): Answer {
  const there = from[rung];
  if (there === undefined || "error" in there) throw new Error(there?.error ?? `nothing from ${rung}`);
  const answer = there.observations[id];
  if (answer === undefined) throw new Error(`nothing about ${id}`);
  return answer;
}

describe.each(["python", "perl"] as const)("an ordinary user with %s alone", (rung) => {
  test.each(cases)("knows code and sender of $id", ({ id, kind, code, family }) => {
    const { outcome, evidence } = answerOf(seen, rung, id);
    expect({ kind: outcome.kind, ...evidence }).toMatchObject({
      kind,
      icmpCode: code,
      reporter: firewall[family],
      codeSeen: true,
    });
  });

  test.each(cases)("sees $id open once the rule is gone", ({ id }) => {
    expect(answerOf(mended, rung, id).outcome.kind).toBe("open");
  });

  test.each(families)("tells the rest apart over IPv%i", (family) => {
    const short = (id: string) => {
      const { outcome, evidence } = answerOf(seen, rung, `${id.replace(" ", `${family} `)}`);
      return [outcome.kind, evidence.icmpCode, evidence.codeSeen];
    };
    expect(short("tcp open")[0]).toBe("open");
    expect(short("udp open")[0]).toBe("open");
    expect(short("tcp dropped")[0]).toBe("silent");
    expect(short("udp dropped")[0]).toBe("silent");
    expect(short("tcp reset")).toEqual(["refused", undefined, undefined]);
    expect(short("tcp closed")).toEqual(["refused", undefined, undefined]);
    expect(short("udp closed")).toEqual(["refused", family === 4 ? "3/3" : "1/4", true]);
    const echo = answerOf(seen, rung, `icmp${family}`);
    expect(echo.outcome.kind).toBe("open");
    expect(echo.evidence).toMatchObject({ method: "ping-socket", ...(family === 4 ? { ttl: 63 } : {}) });
  });
});

describe("an ordinary user with bash alone", () => {
  test.each(families)("tells TCP ports apart over IPv%i, and says what it cannot", (family) => {
    const kindOf = (id: string) => answerOf(seen, "bash", `${id.replace(" ", `${family} `)}`).outcome;
    expect(kindOf("tcp open").kind).toBe("open");
    expect(kindOf("tcp dropped").kind).toBe("silent");
    expect(kindOf("tcp reset").kind).toBe("refused");
    expect(kindOf("tcp closed").kind).toBe("refused");
    expect(kindOf("udp open")).toMatchObject({ kind: "unsent", cause: "not-supported" });
    expect(kindOf("tcp port-unreachable").kind).toBe("refused");
    expect(kindOf("tcp admin-prohibited").kind).toBe(family === 4 ? "unreachable" : "prohibited");
    expect(answerOf(seen, "bash", `tcp${family} admin-prohibited`).evidence.codeSeen).toBe(false);
  });

  test.each(cases.filter(({ protocol }) => protocol === "tcp"))("sees $id open once the rule is gone", ({ id }) => {
    expect(answerOf(mended, "bash", id).outcome.kind).toBe("open");
  });
});

test("a node without any of them is one clear error", () => {
  expect(seen["none"]).toEqual({ error: expect.stringContaining("there is nothing to send from") });
});

test("the best that there is is used", () => {
  const descriptions = Object.entries(seen).map(([rung, there]) => [rung, "error" in there ? "" : there.description]);
  expect(descriptions).toEqual([
    ["node", expect.stringContaining("Node 2")],
    ["python", expect.stringMatching(/\(Python 3\./)],
    ["perl", expect.stringMatching(/\(perl 5\./)],
    ["bash", expect.stringMatching(/\(bash \d/)],
    ["none", ""],
  ]);
});

test("docs/vantage-points.md has what each of them sees", () => {
  const of = (rung: Rung) => (id: string) => answerOf(seen, rung, id);
  expectColumns({ Node: of("node"), Python: of("python"), perl: of("perl"), bash: of("bash") });
});
