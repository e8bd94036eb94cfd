import { describe, expect, it } from "vitest";
import { buildChain, onePath, twoPaths } from "../net/chain.ts";
import { faults, pathFaults, type TraceFault } from "../net/trace-faults.ts";
import { openTargets, setFaults, traceFault, writeTopology } from "../net/trace-world.ts";
import { useLab } from "../net/use-lab.ts";

const atOnce = 6;
const order = ["cl", "r1", "r2", "r3", "sv"];

const all = [...faults, ...pathFaults];
const lab = useLab(["python3", "perl", "setpriv"], async (lab) => {
  await buildChain(lab);
  await openTargets(lab, all);
});

const unprivileged = [
  "setpriv",
  "--reuid=65534",
  "--regid=65534",
  "--clear-groups",
  "--inh-caps=-all",
  "--bounding-set=-all",
];

/** Runs through a list, a few at a time. */
async function each<Result>(count: number, act: (at: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) {
        const at = next;
        next += 1;
        results[at] = await act(at);
      }
    }),
  );
  return results;
}

/** True if the node at fault lies on the stretch that was named. */
function isBlamed({ node }: TraceFault, said: string): boolean {
  const [, from = "", to = ""] = said.split(" ");
  const place = (name: string) => order.indexOf(name.replace("r2b", "r2").split("|")[0] ?? "");
  if (/^(?:lost|reset|some-paths|large-lost) /.test(said))
    return place(from) <= place(node) && (to === "-" || place(node) <= place(to));
  return place(from) === place(node);
}

it("names each of the faults of a chain of three routers, and none where it is not", { timeout: 600_000 }, async () => {
  const file = await writeTopology(lab(), all);
  await lab().script(onePath.join("\n"));
  await setFaults(lab(), faults, true);
  await lab().run(["chmod", "-R", "a+rX", lab().dir]);
  const seen = await each(faults.length, (at) =>
    traceFault(lab(), file, at, faults[at] as TraceFault, {
      behind: (faults[at] as TraceFault).protocol === "icmp" ? [] : unprivileged,
    }),
  );
  const said = faults.map((fault, at) => [`${fault.name} ${fault.protocol} ${fault.family}`, seen[at]?.said]);
  expect(said).toEqual(faults.map(({ name, protocol, family, says }) => [`${name} ${protocol} ${family}`, says]));
  for (const [at, fault] of faults.entries()) {
    const conclusion = seen[at]?.trace.conclusion;
    expect({ name: fault.name, caveats: conclusion?.caveats }).toEqual({
      name: fault.name,
      caveats: expect.arrayContaining([...(fault.caveats ?? [])]),
    });
    const isAnswerLost = fault.name.includes("comes back");
    if (isAnswerLost) expect(seen[at]?.text).toContain("or the answer is lost on its way back");
    else
      expect({ name: fault.name, isBlamed: isBlamed(fault, seen[at]?.said ?? "") }).toEqual({
        name: fault.name,
        isBlamed: true,
      });
    for (const { steps } of [seen[at]?.trace.walk, seen[at]?.trace.control].filter((walk) => walk !== undefined))
      for (const { sent } of steps) expect(sent).toBeLessThanOrEqual(3);
  }
  await setFaults(lab(), faults, false);
  const healthy = await each(faults.length, (at) => traceFault(lab(), file, at, faults[at] as TraceFault));
  expect(healthy.map(({ said, code }) => `${said} ${code}`)).toEqual(faults.map(() => "arrives 0"));
});

it("names faults where there are two paths, and says that there are", { timeout: 600_000 }, async () => {
  const file = await writeTopology(lab(), all);
  await lab().script(twoPaths.join("\n"));
  const offset = faults.length;
  const shifted = all.map((fault, at) => (at < offset ? { ...fault, rules: {}, routes: [] } : fault));
  await setFaults(lab(), shifted, true);
  const seen = await each(pathFaults.length, async (at) => {
    const fault = pathFaults[at] as TraceFault;
    // Which path it takes depends on the source port: it is asked from others until it fails, each fault from its own.
    for (let port = 40_000 + 20 * at; port < 40_012 + 20 * at; port += 1) {
      const found = await traceFault(lab(), file, offset + at, fault, { args: ["--source-port", String(port)] });
      if (found.said !== "arrives") return found;
    }
    throw new Error(`${fault.name} was not seen`);
  });
  for (const [at, { name, says, caveats = [] }] of pathFaults.entries()) {
    const pattern = says
      .split(" ")
      .map((word) => (word.includes("|") ? `(?:${word})` : word))
      .join(" ");
    expect(`${name}: ${seen[at]?.said}`).toMatch(new RegExp(`^${name}: ${pattern}$`));
    const conclusion = seen[at]?.trace.conclusion;
    const said = JSON.stringify(seen[at]?.trace);
    if (conclusion?.kind !== "some-paths")
      expect({ name, said, caveats: conclusion?.caveats }).toEqual({
        name,
        said,
        caveats: expect.arrayContaining([...caveats]),
      });
  }
  await setFaults(lab(), shifted, false);
  const healthy = await each(pathFaults.length, (at) =>
    traceFault(lab(), file, offset + at, pathFaults[at] as TraceFault),
  );
  expect(healthy.map(({ said }) => said)).toEqual(pathFaults.map(() => "arrives"));
});

describe("over IPv6, where routers choose the path by the flow label", () => {
  const at = faults.findIndex(({ protocol, family }) => protocol === "tcp" && family === 6);
  const ports = Array.from({ length: 12 }, (_, one) => 41_000 + one);
  /** The ports that packets of the flow have had there. */
  const portsAt = async (node: string): Promise<number[]> => {
    const listed = await lab().must(node, ["nft", "-j", "list", "set", "inet", "labels", "ports"]);
    return (/"elem": \[([\d, ]*)\]/.exec(listed)?.[1] ?? "")
      .split(",")
      .flatMap((one) => (one === "" ? [] : Number(one)));
  };

  it.each(["python", "perl"])(
    "all packets of a walk take the same, those of other ports another (%s)",
    async (worker) => {
      const file = await writeTopology(lab(), all, ["env"], worker);
      await lab().script(twoPaths.join("\n"));
      await setFaults(lab(), [], false);
      await lab().must("r1", ["sysctl", "-qw", "net.ipv6.fib_multipath_hash_policy=0"]);
      for (const node of ["r2", "r2b"])
        await lab().rules(
          node,
          `table inet labels {
          set ports { type inet_service; flags dynamic; }
          chain early { type filter hook prerouting priority 0; ip6 nexthdr tcp tcp dport 8000 add @ports { tcp sport }
          }
        }`,
        );
      const seen = await each(ports.length, (one) =>
        traceFault(lab(), file, at, faults[at] as TraceFault, { args: ["--source-port", String(ports[one])] }),
      );
      expect(seen.map(({ said }) => said)).toEqual(ports.map(() => "arrives"));
      const [over, beside] = [await portsAt("r2"), await portsAt("r2b")];
      expect([...over, ...beside].toSorted()).toEqual(ports);
      expect([over.length, beside.length]).not.toContain(0);
      await lab().must("r1", ["sysctl", "-qw", "net.ipv6.fib_multipath_hash_policy=3"]);
      await setFaults(lab(), [], false);
    },
    120_000,
  );
});

it("perl without any privilege sees the same as Python", async () => {
  const nobody = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
  ];
  const first = faults[0] as TraceFault;
  await lab().script(onePath.join("\n"));
  await setFaults(lab(), faults, true);
  const file = await writeTopology(lab(), faults, nobody, "perl");
  const seen = await traceFault(lab(), file, 0, first);
  expect(seen.said).toBe(first.says);
}, 90_000);
