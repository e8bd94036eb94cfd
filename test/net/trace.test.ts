import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { expectGolden } from "../cli/golden.ts";
import { check, cli, resultOf } from "./check.ts";
import { buildChain } from "./chain.ts";
import { faults } from "./trace-faults.ts";
import { openTargets, setFaults, targetOf, topologyFor, traceFault, writeTopology } from "./trace-world.ts";
import { useLab } from "./use-lab.ts";

/** A handful, all at the same time; `npm run test:lab` has the whole table, and the same over two paths. */
const names = new Set([
  "r2 forward tcp 4",
  "r1 drops what comes back tcp 6",
  "r2 has a small link and is silent tcp 4",
]);
const few = faults.filter(({ name, protocol, family }) => names.has(`${name} ${protocol} ${family}`));

/** The text of a trace without what differs from run to run: times, the width that they take, port and program. */
const lasting = (text: string): string =>
  text
    .replaceAll(/\d+(?:\.\d+)? ms/g, "N ms")
    .replace(
      /source port \d+, through this machine \(Python [\d.]+\)/,
      "source port N, through this machine (Python N)",
    )
    .replaceAll(/(?<=\S) {2,}/g, "  ");

const lab = useLab(["python3"], async (lab) => {
  await buildChain(lab);
  await openTargets(lab, few);
});

it("a walk names the stretch where a flow dies, and a check keeps it as evidence; without the faults all arrive", async () => {
  const file = await writeTopology(lab(), few);
  await setFaults(lab(), few, true);
  const topology = topologyFor(few) as Record<string, unknown>;
  const args = ["--trace", "--from", "cmk", "--only", "8000/tcp", "--only", "22/tcp", "--timeout", "1s"];
  const [checked, ...seen] = await Promise.all([
    check(lab(), topology, { node: "cl", args }),
    ...few.map((fault, at) => traceFault(lab(), file, at, fault)),
  ]);
  expect(seen.map(({ said, code }) => `${said} ${code}`)).toEqual(few.map(({ says }) => `${says} 1`));
  const result = resultOf(checked, { address: targetOf(0, 4), protocol: "tcp", port: 8000 });
  expect(result.evidence.trace?.conclusion).toMatchObject({ kind: "lost", last: { hops: 2 }, next: { hops: 3 } });
  expect(result.advice).toContain(
    "Traced: 10.9.2.2 had it; it dies at 10.9.2.2 or at the next hop, which on the path of 22/tcp is 10.9.3.2.",
  );

  const target = targetOf(0, 4);
  const asked = ["trace", file, "--from", "cmk", "--to", "t0", "--tcp", "8000"];
  const told = await lab().on("cl", [process.execPath, cli, ...asked]);
  expect(told).toMatchObject({ code: 1, stderr: "" });
  expectGolden("test/cli/golden/trace/forward.txt", lasting(told.stdout));

  const record = join(lab().dir, "traced.json");
  await writeFile(record, JSON.stringify(checked.run));
  const request = ["request", file, "--failing", record, "--no-group", "--format", "csv"];
  const wanted = await lab().on("cl", [process.execPath, cli, ...request]);
  expect(wanted).toMatchObject({ code: 0, stderr: "" });
  const rows = parse(wanted.stdout, { columns: true }) as Record<string, string>[];
  const row = rows.find((one) => one["destination addresses"] === target && one["port"] === "8000");
  expect(row?.["evidence"]).toMatch(
    /^no answer, .* 1 flow\. .*10\.9\.2\.2 had it; it dies at 10\.9\.2\.2 or at the next hop, which on the path of 22\/tcp is 10\.9\.3\.2/,
  );

  await setFaults(lab(), few, false);
  const healthy = await Promise.all(few.map((fault, at) => traceFault(lab(), file, at, fault)));
  expect(healthy.map(({ said, code }) => `${said} ${code}`)).toEqual(few.map(() => "arrives 0"));
}, 180_000);
