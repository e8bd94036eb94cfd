import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runSchema } from "../../src/model/run/run.ts";
import { addCable, addNode, play, type Part } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";
import { commandsIn } from "./documents.ts";
import { expectGolden } from "./golden.ts";
import { bin, root } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { unwrap } from "./switches.ts";

const readme = commandsIn(readFileSync(`${root}README.md`, "utf8"));
/** The line of the README that begins so and is about no example. */
const line = (start: string): string => {
  const [found = "", ...others] = readme.filter(
    (one) => `${one} `.startsWith(`npx portmatrix ${start} `) && !one.includes("examples/"),
  );
  expect([start, others]).toEqual([start, []]);
  return found;
};
const part = (service: Part["service"], address: string, port: number): Part => ({
  service,
  address,
  port,
  site: "main",
  receiverPort: 8000,
});

const sandbox = useSandbox();
/** The server and the host of the README with their addresses, and a laptop that is neither. */
const lab = useLab(["env"], async (lab) => {
  for (const node of ["cmk", "web01", "laptop"]) await addNode(lab, node);
  await addCable(lab, "cmk", "web01");
  await lab.script(`
    ip -n laptop addr add 192.168.178.20/32 dev lo
    ip -n cmk addr add 10.0.0.5/32 dev web01
    ip -n cmk route add 10.0.2.1 dev web01
    ip -n web01 addr add 10.0.2.1/32 dev cmk
    ip -n web01 route add 10.0.0.5 dev cmk`);
  await play(lab, "cmk", [part("https", "10.0.0.5", 443), part("https", "10.0.0.5", 8000)]);
  await play(lab, "cmk", [part("http", "127.0.0.1", 5000)]);
});

/** What differs from run to run: times and where lines break because of them, and the addresses that the machine of the test has besides. */
const masked = (text: string): string =>
  unwrap(text)
    .replaceAll(/\b(after|in|within|took) \d[\d.]* (?:ms|s)\b/g, "$1 0.4 ms")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "2026-01-01 12:00 UTC")
    .replaceAll(/portmatrix \d+\.\d+\.\d+[\w.-]*/g, "portmatrix VERSION");

it("the first quarter of an hour: init, plan and check of the README, and what a person does then", async () => {
  const transcript: string[] = [];
  const type = async (node: string, command: string): Promise<number | null> => {
    const [program, ...args] = command.replace(/^npx /, "").split(" ");
    expect([command, program]).toEqual([command, "portmatrix"]);
    const argv = ["env", "-C", sandbox.path("."), "LANG=C.UTF-8", process.execPath, bin, ...args];
    const { code, stdout, stderr } = await lab().on(node, argv);
    transcript.push(`${node}$ ${command}\n${masked(stderr)}${masked(stdout)}=> ${code}\n`);
    return code;
  };
  const places = ["init", "plan", "check", "report run.json"].map((start) => readme.indexOf(line(start)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  // On a laptop, with the lines of the README as they stand: no line ends without a next step.
  expect(await type("laptop", line("init"))).toBe(0);
  expect(await type("laptop", line("plan"))).toBe(0);
  expect(await type("laptop", line("check"))).toBe(2);
  // On the server, as both lines above say. The agent of web01 is not registered yet.
  expect(await type("cmk", `${line("check")} --format table --format json=run.json`)).toBe(1);
  const run = runSchema.parse(JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")));
  const reasons = run.results.filter(({ verdict }) => verdict === "fail").map(({ reason }) => reason);
  expect(reasons).toEqual(["connection-refused"]);
  expect(await type("cmk", `portmatrix explain ${reasons[0] ?? ""}`)).toBe(0);
  const agent = await play(lab(), "web01", [part("agent", "10.0.2.1", 6556)]);
  try {
    expect(await type("cmk", `${line("check")} --baseline run.json --format json=run.json`)).toBe(0);
    expect(await type("laptop", line("report run.json"))).toBe(0);
  } finally {
    await agent.stop();
  }
  expectGolden("test/cli/golden/first-quarter.txt", transcript.join("\n"));
});
