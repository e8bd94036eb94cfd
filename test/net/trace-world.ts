import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { traceReportSchema } from "../../src/model/run/trace.ts";
import type { Place, Trace } from "../../src/model/run/walk.ts";
import { pathSentence } from "../../src/report/text/path-words.ts";
import { committedSchema } from "../cli/documents.ts";
import { chain } from "./chain.ts";
import { cli, quietHost } from "./check.ts";
import type { Lab } from "./lab.ts";
import { listen } from "./paths.ts";
import type { TraceFault } from "./trace-faults.ts";

/** Each fault has a target of its own, so that all of them can be there at the same time. */
export const targetOf = (at: number, family: 4 | 6): string =>
  family === 4 ? `10.9.4.${10 + at}` : `fd09:4::${10 + at}`;
const control = 22;
const port = 8000;

/** A topology in which every target is a host, and a control port is planned beside the one that fails. */
export const topologyFor = (
  faults: readonly TraceFault[],
  vantage: readonly string[] = [],
  worker = "python",
): object => ({
  catalog: "checkmk/2.3",
  server: { name: "cmk", address: [chain.client.v4, chain.client.v6], sites: [{ name: "main" }] },
  hosts: faults.map(({ family }, at) => quietHost(`t${at}`, targetOf(at, family))),
  requirements: [
    { from: "server", to: "hosts", tcp: [control, port], service: "none" },
    { from: "server", to: "hosts", udp: port },
  ],
  ...(vantage.length === 0 ? {} : { vantages: { cmk: { exec: vantage, worker } } }),
});

/** The server takes connections and datagrams at every target. */
export async function openTargets(lab: Lab, faults: readonly TraceFault[]): Promise<void> {
  await lab.script(
    faults
      .map(
        ({ family }, at) =>
          `ip -n sv addr add ${targetOf(at, family)}/${family === 4 ? 24 : 64} dev sv-r3${family === 6 ? " nodad" : ""}`,
      )
      .join("\n"),
  );
  await listen(lab, "sv", [
    { protocol: "tcp", address: "::", port: control },
    { protocol: "tcp", address: "::", port },
    ...faults.map(({ family }, at) => ({ protocol: "udp" as const, address: targetOf(at, family), port })),
  ]);
}

const word = (family: 4 | 6): string => (family === 4 ? "ip" : "ip6");
const hexOf = (address: string): string =>
  address.includes(":")
    ? `0xfd090004000000000000000000${address.split("::")[1]?.padStart(6, "0")}`
    : `0x${address
        .split(".")
        .map((part) => Number(part).toString(16).padStart(2, "0"))
        .join("")}`;

/** What the letters in a fault's rules stand for. */
function spelled(rule: string, { protocol, family }: TraceFault, target: string): string {
  const [of, icmp] = [word(family), family === 4 ? "icmp" : "icmpv6"];
  const ports = (side: string) =>
    protocol === "icmp" ? `${icmp} type echo-re${side === "dport" ? "quest" : "ply"}` : `${protocol} ${side} ${port}`;
  const quoted = `@th,${family === 4 ? "192,32" : "256,128"} ${hexOf(target)}`; // the destination of the packet that an ICMP error quotes
  const letters: Record<string, string> = {
    D: `${of} daddr ${target} ${ports("dport")}`,
    S: `${of} saddr ${target} ${ports("sport")}`,
    A: `${of} daddr ${target}`,
    Q: `${icmp} type time-exceeded ${quoted}`,
    Z: family === 4 ? `icmp type destination-unreachable ${quoted}` : `icmpv6 type packet-too-big ${quoted}`,
  };
  return rule.replaceAll(/^[A-Z](?= )/g, (letter) => letters[letter] ?? letter);
}

/** Puts all faults into the world, or takes all of them out. */
export async function setFaults(lab: Lab, faults: readonly TraceFault[], arePresent: boolean): Promise<void> {
  const chains = new Map<string, string[]>();
  for (const [at, fault] of faults.entries())
    for (const [place, rule = ""] of Object.entries(fault.rules))
      chains.set(place, [...(chains.get(place) ?? []), spelled(rule, fault, targetOf(at, fault.family))]);
  for (const node of ["cl", "r1", "r2", "r2b", "r3", "sv"]) {
    const own = [...chains].filter(([place]) => place.startsWith(`${node} `));
    const text = own.map(([place, rules]) => {
      const hook = place.split(" ")[1];
      return `chain ${hook}_ { type filter hook ${hook} priority 0; policy accept;\n${rules.join("\n")}\n}`;
    });
    await lab.rules(node, !arePresent || text.length === 0 ? "" : `table inet faults {\n${text.join("\n")}\n}`);
  }
  const routes = faults.flatMap(({ routes = [], family }, at) =>
    routes.map((route) => {
      const [node, via, mtu] = route.split(" ");
      const target = `${targetOf(at, family)}/${family === 4 ? 32 : 128}`;
      return `ip -n ${node} -${family} route ${arePresent ? `replace ${target} via ${via} mtu lock ${mtu}` : `del ${target}`}`;
    }),
  );
  await lab.script(routes.join("\n"));
}

/** What programs of others read a walk by. */
const schema = committedSchema("trace");

/** Traces one fault from the client and says the conclusion by the names of the nodes. */
export async function traceFault(
  lab: Lab,
  file: string,
  at: number,
  { protocol }: TraceFault,
  { args = [], behind = [] }: { args?: readonly string[]; behind?: readonly string[] } = {},
): Promise<{ trace: Trace; said: string; text: string; code: number | null }> {
  const question = protocol === "icmp" ? ["--icmp"] : [`--${protocol}`, String(port)];
  const argv = [...behind, process.execPath, cli, "trace", file, "--from", "cmk", "--to", `t${at}`, ...question];
  const ran = await lab.on("cl", [...argv, ...args, "--format", "json"]);
  if (!ran.stdout.startsWith("{")) throw new Error(`no trace: ${ran.code} ${ran.stderr}${ran.stdout}`);
  const [traced] = traceReportSchema.parse(schema.parse(JSON.parse(ran.stdout))).traces;
  if (traced === undefined) throw new Error("nothing was traced");
  return { trace: traced.trace, said: inShort(traced.trace), text: pathSentence(traced.trace), code: ran.code };
}

/** Writes the topology of the faults. */
export async function writeTopology(
  lab: Lab,
  faults: readonly TraceFault[],
  vantage?: readonly string[],
  worker?: string,
): Promise<string> {
  const file = join(lab.dir, "trace.json");
  await writeFile(file, JSON.stringify(topologyFor(faults, vantage, worker)));
  return file;
}

const nameOf = (place: Place | undefined): string => {
  if (place === undefined) return "-";
  if (place.hops === 0) return "cl";
  if (place.isTarget === true) return "sv";
  if (/^10\.9\.13\.2$|^fd09:13::2$/.test(place.address ?? "")) return "r3"; // its address towards r2b
  const known = Object.entries(chain).find(([, { v4, v6 }]) => v4 === place.address || v6 === place.address);
  return known?.[0] ?? `${place.address}`;
};

function inShort({ conclusion }: Trace): string {
  const { kind, last, next, by, icmpCode, mtu } = conclusion;
  switch (kind) {
    case "rejected":
      return `rejected ${nameOf(by)} ${icmpCode}`;
    case "arrives":
      return by === undefined || by.hops === 0 ? "arrives" : `arrives ${nameOf(by)} ${mtu}`;
    case "untold":
      return `untold ${conclusion.detail}`;
    default:
      return `${kind} ${nameOf(last)} ${nameOf(next)}`;
  }
}
