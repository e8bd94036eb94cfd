import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, cli, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const topology = topologyOf({
  hosts: [quietHost("answers", at(2, 10).v4), quietHost("silent", at(2, 11).v6)],
  requirements: [{ from: "server", to: "hosts", tcp: 7000 }],
});
const lab = useLab(["timeout"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await setFirewall(lab, [`ip6 daddr ${at(2, 11).v6} drop`]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }]);
});

test("an interrupt gives the part that is known, and exit code 130", async () => {
  const behind = ["timeout", "--foreground", "--preserve-status", "-s", "INT", "6"];
  const checked = await check(lab(), topology, { args: ["--section", "extra", "--timeout", "60s"], behind });
  expect(checked.code).toBe(130);
  expect(checked.run.interrupted).toBe(true);
  expect(inShort(resultOf(checked, { to: "answers", protocol: "tcp" }))).toBe("open pass handshake-completed observed");
  expect(resultOf(checked, { to: "silent", protocol: "tcp" })).toMatchObject({
    verdict: "skipped",
    reason: "interrupted",
  });
});

test("a walk that is interrupted says so, and ends with exit code 130", async () => {
  const file = join(lab().dir, "trace.json");
  await writeFile(file, JSON.stringify(topology));
  const interrupted = ["timeout", "--foreground", "--preserve-status", "-s", "INT", "-k", "3", "6"];
  const flow = "extra/tcp-7000/cmk->silent/tcp/7000";
  const walk = await lab().on("cmk", [...interrupted, process.execPath, cli, "trace", file, flow]);
  expect(walk.stdout).toContain("Where 7000/tcp dies cannot be told: the run was interrupted.");
  expect(walk.code).toBe(130);
});

test("a name server that is dead holds up neither an interrupt nor the end of a run", async () => {
  // It takes the questions and answers none: getaddrinfo waits for a minute.
  await lab().script(`
    mkdir -p /etc/netns/cmk
    printf 'nameserver ${at(2, 11).v4}\noptions timeout:30 attempts:2\n' > /etc/netns/cmk/resolv.conf`);
  await setFirewall(lab(), [`ip daddr ${at(2, 11).v4} drop`, `ip6 daddr ${at(2, 11).v6} drop`]);
  const named = { ...topology, hosts: [...topology.hosts, quietHost("named", "no-answer.lab.test")] };
  const options = { args: ["--section", "extra", "--timeout", "500ms"] };
  const interrupted = ["timeout", "--foreground", "--preserve-status", "-s", "INT", "-k", "3", "3"];
  const cut = await check(lab(), named, { ...options, behind: interrupted });
  expect(cut.code).toBe(130); // not 137: it was not killed three seconds after the interrupt

  const patient = ["timeout", "--foreground", "-s", "KILL", "30"];
  const whole = await check(lab(), named, { ...options, behind: patient });
  expect(whole.code).toBe(1); // not 137: what decides is `silent`, which no port answers
  expect(inShort(resultOf(whole, { to: "named", protocol: "tcp" }))).toBe("unsent error name-not-resolved none");
});
