import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen, play } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10).v4;
const standIns = fileURLToPath(new URL("../../lab/standins/main.mjs", import.meta.url));
const ports = [22, 443, 5432, 5433, 5434, 8080, 8443, 9443];
/** Nobody says which service these are. */
const topology = topologyOf({
  hosts: [quietHost("box", host)],
  requirements: [
    { from: "server", to: "box", tcp: ports },
    { from: "server", to: "box", tcp: 2222, service: "none" },
  ],
});

const runs: Partial<Record<"odd" | "mended", Checked>> = {};
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  const run = () => check(lab, topology, { args: ["--section", "extra", "--timeout", "1s", "--no-controls"] });
  const part = { address: "::", site: "main", receiverPort: 8000 };
  const speaking = (port: number, says?: string) =>
    ({ protocol: "tcp", address: "::", port, ...(says === undefined ? {} : { says }) }) as const;
  await play(lab, "hosts", [
    { ...part, service: "https", port: 443 },
    { ...part, service: "http", port: 9443 }, // not what usually listens there
  ]);
  await listen(lab, "hosts", [speaking(22, "SSH-2.0-x\r\n"), speaking(5432), speaking(5434, "hello\n")]);
  const odd = await lab.start("hosts", [process.execPath, standIns, "misbehave"], {
    env: { LAB_RUN: lab.dir, MISBEHAVE: "accept-close:5433 accept-close:2222 tarpit:8080 accept-close:8443" },
    prints: '"ports"',
  });
  runs.odd = await run();
  await odd.stop();
  await listen(lab, "hosts", [speaking(5433), speaking(2222)]);
  await play(lab, "hosts", [
    { ...part, service: "http", port: 8080 },
    { ...part, service: "https", port: 8443 },
  ]);
  runs.mended = await run();
});

const seen = (run: keyof typeof runs, port: number) => resultOf(runs[run] as Checked, { protocol: "tcp", port });
const finding = (run: keyof typeof runs, port: number) => {
  const { service } = seen(run, port).evidence;
  return service === undefined ? undefined : `${service.name} ${service.finding}`;
};

test.each([
  [22, "ssh verified", "ssh verified"],
  [443, "tls verified", "tls verified"],
  [5432, "any handshake-only", "any handshake-only"],
  [5433, "any closed", "any handshake-only"],
  [5434, "any verified", "any verified"],
  [8080, "http unanswered", "http verified"],
  [8443, "tls other-answer", "tls verified"],
  [9443, "tls other-answer", "tls other-answer"],
  [2222, undefined, undefined],
])("%d is greeted as what usually listens there", (port, odd, mended) => {
  expect([finding("odd", port), finding("mended", port)]).toEqual([odd, mended]);
});

test("what closes again is not green, and its twin is; service: none wants no more than a handshake", () => {
  expect(inShort(seen("odd", 5433))).toBe("open fail accepted-then-closed observed");
  expect(inShort(seen("mended", 5433))).toBe("open pass handshake-completed observed");
  expect(inShort(seen("odd", 2222))).toBe("open pass handshake-completed observed");
});
