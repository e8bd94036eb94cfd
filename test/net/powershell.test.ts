import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/outcome.ts";
import type { Task } from "../../src/model/task.ts";
import { usePowershell, whyNoPowershell } from "../cases/powershell.ts";
import type { Registration } from "../../src/model/registration/registration.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { askDoctor, doctorInShort, playServer } from "./registration.ts";
import { type SeenThere, observeBehind, taskOf, withoutCapabilities } from "./rungs.ts";
import { expectColumns } from "./rungs-table.ts";
import { useLab } from "./use-lab.ts";

const ports = {
  open: 7000,
  dropped: 7020,
  reset: 7021,
  closed: 7022,
  "admin-prohibited": 7001,
  "port-unreachable": 7006,
  unreachable: 7007,
} as const;
type Name = keyof typeof ports;
const host = at(2, 10);
const families = [4, 6] as const;
const addressOf = (family: 4 | 6) => (family === 4 ? host.v4 : host.v6);

const tasks: Task[] = families.flatMap((family) => [
  ...Object.entries(ports).flatMap(([name, port]) => [
    taskOf(`tcp${family} ${name}`, addressOf(family), { kind: "tcp", port }, 1_500),
    ...(name === "reset"
      ? []
      : [taskOf(`udp${family} ${name}`, addressOf(family), { kind: "udp", port, payload: "dns" }, 1_500)]),
  ]),
  taskOf(`icmp${family}`, addressOf(family), { kind: "icmp" }, 2_000),
]);

let seen: SeenThere | undefined;
let here: Registration;
let there: Registration;
let brokenThere: Registration;
let mended: SeenThere | undefined;

usePowershell();
useLab([], async (lab) => {
  if (whyNoPowershell !== undefined) return;
  await buildPath(lab, [10]);
  await setFirewall(lab, [
    ...["tcp", "udp"].flatMap((protocol) => [
      `${protocol} dport ${ports.dropped} drop`,
      `${protocol} dport ${ports["admin-prohibited"]} reject with icmpx type admin-prohibited`,
      `${protocol} dport ${ports["port-unreachable"]} reject with icmpx type port-unreachable`,
      `${protocol} dport ${ports.unreachable} reject with icmpx type host-unreachable`,
    ]),
    `tcp dport ${ports.reset} reject with tcp reset`,
  ]);
  const listening = Object.values(ports).filter((port) => port !== ports.closed);
  await listen(
    lab,
    "hosts",
    families.map(addressOf).flatMap((address) =>
      listening.flatMap((port) => [
        { protocol: "tcp" as const, address, port },
        { protocol: "udp" as const, address, port, reply: "dns" as const },
      ]),
    ),
  );
  // No capability, which the table of docs/vantage-points.md is about; not another user, who may not get to the program.
  const prefix = ["ip", "netns", "exec", "cmk", ...withoutCapabilities];
  const places = { there: { prefix, shell: "pwsh" } } as const;
  ({ there: seen } = await observeBehind(lab, places, tasks));
  await playServer(lab, "hosts");
  const behind = ["--via", "env", "--via-shell", "pwsh"];
  [here, there] = await Promise.all([askDoctor(lab, "cmk", host.v4), askDoctor(lab, "cmk", host.v4, behind)]);
  await setFirewall(lab, ["tcp dport 8000 drop"]);
  brokenThere = await askDoctor(lab, "cmk", host.v4, behind);
  await setFirewall(lab, []);
  ({ there: mended } = await observeBehind(lab, places, tasks));
});

function answersOf(from: SeenThere | undefined): Record<string, Answer> {
  if (from === undefined || "error" in from) throw new Error(from?.error ?? "nothing");
  return from.observations;
}

const kindOf = (from: SeenThere | undefined, id: string): string | undefined => answersOf(from)[id]?.outcome.kind;

describe.each(families)("PowerShell, IPv%i", (family) => {
  const noCode = family === 4 ? "unreachable" : "prohibited"; // over IPv4 the error number is that of an unreachable host
  test.each<[Name, string, string | undefined]>([
    ["open", "open", "open"],
    ["closed", "refused", "refused"],
    ["reset", "refused", undefined],
    ["dropped", "silent", "silent"],
    ["admin-prohibited", noCode, noCode],
    ["port-unreachable", "refused", "refused"],
    ["unreachable", "unreachable", "unreachable"],
  ])("%s: %s over TCP, %s over UDP", (name, tcp, udp) => {
    expect(kindOf(seen, `tcp${family} ${name}`)).toBe(tcp);
    expect(kindOf(seen, `udp${family} ${name}`)).toBe(udp);
    if (name === "closed") return;
    expect(kindOf(mended, `tcp${family} ${name}`)).toBe("open");
    expect(kindOf(mended, `udp${family} ${name}`)).toBe(name === "reset" ? undefined : "open");
  });

  test("an echo request is answered", () => expect(kindOf(seen, `icmp${family}`)).toBe("open"));
});

test("the doctor of a registration says from behind PowerShell what it says from here", () => {
  expect(there.verdict).not.toBe("broken");
  expect(doctorInShort(there)).toEqual(doctorInShort(here));
  expect(doctorInShort(brokenThere)).toMatchObject({ verdict: "broken", firstBroken: "connection" });
});

test("docs/vantage-points.md has what it sees", () => {
  const tell = (id: string): Answer => {
    const answer = answersOf(seen)[id.replace(/(?:host|addr)-unreachable/, "unreachable")];
    if (answer === undefined) throw new Error(`nothing about ${id}`);
    return answer;
  };
  expectColumns({ "PowerShell on Linux": tell });
});
