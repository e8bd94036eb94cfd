import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { addresses, echoRequirementsOf, families, firewallRules, hostName, mend, places } from "./faults.ts";
import type { Fault } from "./faults.ts";
import type { Lab } from "./lab.ts";
import { buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const faults: readonly Fault[] = [
  "none",
  "drop",
  "port-unreachable",
  "admin-prohibited",
  "host-unreachable",
  "off",
  "no-route-at-router",
  "no-route-here",
];
const topology = topologyOf({
  hosts: addresses(faults).map(({ name, address }) => quietHost(name, address)),
  requirements: echoRequirementsOf(faults),
});
const args = ["--section", "extra", "--timeout", "4s"];
/**
 * Makes raw sockets unavailable while `ping` keeps its own right to them: takes Node's capability away
 * (capabilities(7), SECBIT_NOROOT), or hides the module where the capabilities of files do not count.
 */
function withoutRaw({ privileged }: Lab): string[] {
  if (privileged) return ["setpriv", "--inh-caps=-all", "--securebits=+noroot"];
  const module = fileURLToPath(new URL("../../node_modules/raw-socket", import.meta.url));
  return ["unshare", "-m", "sh", "-c", `mount -t tmpfs none ${module} && exec "$@"`, "sh"];
}

const runs: Partial<Record<"raw-socket" | "ping" | "mended", Checked>> = {};

const lab = useLab(["ping", "setpriv"], async (lab) => {
  await buildPath(lab, places(faults));
  await setFirewall(lab, firewallRules(faults, { v4: "icmp type echo-request", v6: "icmpv6 type echo-request" }));
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }]);
  const [raw, ping] = await Promise.all([
    check(lab, topology, { args }),
    check(lab, topology, { args, behind: withoutRaw(lab) }),
  ]);
  await mend(lab, faults);
  Object.assign(runs, { "raw-socket": raw, ping, mended: await check(lab, topology, { args }) });
});

const silent = [
  "silent fail no-answer inferred",
  "silent unknown silence-without-control inferred",
  "silent pass blocked-as-expected inferred",
] as const;
const prohibited = [
  "prohibited fail administratively-prohibited observed",
  "prohibited pass blocked-as-expected observed",
  "prohibited pass blocked-as-expected observed",
] as const;
const unreachable = [
  "unreachable fail host-unreachable observed",
  "unreachable unknown unreachable-without-control observed",
  "unreachable pass blocked-as-expected observed",
] as const;
/** No host refuses an echo request, but a firewall may answer it so. */
const refused = [
  "refused fail port-unreachable observed",
  "refused warn closed-not-blocked observed",
  "refused warn closed-not-blocked observed",
] as const;
const unsent = ["unsent error no-route-here none", "unsent error no-route-here none", undefined] as const;

/** Fault, then: expected open; blocked; blocked with a TCP port of the host that answers as control. */
const rows = (
  [
    ["none", "open pass echo-reply proven", "open fail open-not-blocked proven", "open fail open-not-blocked proven"],
    ["drop", ...silent],
    ["port-unreachable", ...refused],
    ["admin-prohibited", ...prohibited],
    ["host-unreachable", ...unreachable],
    ["off", ...unreachable.slice(0, 2), undefined],
    ["no-route-at-router", ...unreachable.slice(0, 2), undefined],
    ["no-route-here", ...unsent],
  ] as [Fault, string, string, string | undefined][]
).flatMap(([fault, ...verdicts]) => families.map((family) => [fault, family, ...verdicts] as const));

describe.each(["raw-socket", "ping"] as const)("icmp through %s", (method) => {
  test.each(rows)("%s, %s", (fault, family, open, blocked, blockedWithControl) => {
    const run = shown(method);
    const to = hostName(fault, family);
    const echo = { to, protocol: "icmp" as const };
    expect({
      open: inShort(resultOf(run, { ...echo, expect: "open" })),
      blocked: inShort(resultOf(run, { ...echo, expect: "blocked" })),
    }).toEqual({ open, blocked });
    if (fault !== "no-route-here") expect(resultOf(run, { ...echo, expect: "open" }).evidence.method).toBe(method);
    if (blockedWithControl === undefined) return;
    const controlled = hostName(fault, family, true);
    expect(inShort(resultOf(run, { ...echo, to: controlled, expect: "blocked" }))).toBe(blockedWithControl);
  });
});

test.each(rows.map(([fault, family]) => [fault, family] as const))(
  "twin: %s, %s, with the fault removed, echo passes and is not blocked",
  (fault, family) => {
    const echo = { to: hostName(fault, family), protocol: "icmp" as const };
    expect(inShort(resultOf(shown("mended"), { ...echo, expect: "open" }))).toBe("open pass echo-reply proven");
    expect(inShort(resultOf(shown("mended"), { ...echo, expect: "blocked" }))).toBe(
      "open fail open-not-blocked proven",
    );
  },
);

test("with neither raw sockets nor the ping program nothing is sent, and the advice names a remedy", async () => {
  const here = topologyOf({
    hosts: families.map((family) => quietHost(family, addresses(["none"])[family === "v4" ? 0 : 2]?.address ?? "")),
    requirements: families.map((to) => ({ from: "server", to, icmp: true })),
  });
  const behind = ["setpriv", "--inh-caps=-all", "--bounding-set=-net_raw", "env", `PATH=${lab().dir}`];
  const { run, code } = await check(lab(), here, { args, behind });
  for (const to of families) {
    const result = resultOf({ run }, { to, protocol: "icmp" });
    expect(inShort(result)).toMatch(/^unsent error (privilege-missing|program-missing) none$/);
    expect(result.advice).toMatch(/setcap|root/);
  }
  expect(code).toBe(3);
});

function shown(name: keyof typeof runs): Checked {
  const run = runs[name];
  if (run === undefined) throw new Error(`there was no run "${name}"`);
  return run;
}
