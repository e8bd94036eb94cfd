import { expect, test } from "vitest";
import { check } from "./check.ts";
import type { Checked } from "./check.ts";
import { buildManyHosts, hosts, topology } from "./many-hosts.ts";
import { useLab } from "./use-lab.ts";

/** What goes wrong in large runs, all at once: the first answers are lost, little may be open, a processor is taken. */
let checked: Checked;
useLab(["snmpd"], async (lab) => {
  await buildManyHosts(lab);
  await lab.script(
    "ip netns exec hosts sysctl -qw net.ipv4.icmp_msgs_per_sec=1000 net.ipv4.icmp_msgs_burst=50 || true",
  );
  // Answers to the first burst are lost, some eighty of each kind. The quotas are used up well within the first second,
  // however slow this machine is, so that what is sent a second later gets through.
  await lab.rules(
    "fw",
    `table inet fw {
       chain forward { type filter hook forward priority 0;
         icmp type echo-reply quota until 7000 bytes drop
         icmpv6 type echo-reply quota until 8000 bytes drop
         udp sport 161 quota until 8000 bytes drop
         tcp flags & (syn | ack) == syn | ack quota until 5000 bytes drop
       }
     }`,
  );
  const burner = await lab.start("hosts", ["sh", "-c", "echo burning; while :; do :; done"], { prints: "burning" });
  checked = await check(lab, topology, {
    env: { COMMUNITY: "right-community" },
    args: ["--section", "2.1", "--timeout", "3000ms"],
    behind: ["sh", "-c", `ulimit -n 1024; exec "$@"`, "sh"],
  });
  await burner.stop();
});

test("every one of 3,000 outcomes is the true one", () => {
  const truth = { silent: ["silent", "silent"], closed: ["open", "refused"], open: ["open", "open"] } as const;
  const expected = hosts.flatMap(({ name, state }) => {
    const [others, agent] = truth[state];
    return [`${name} icmp ${others}`, `${name} tcp ${agent}`, `${name} udp ${others}`];
  });
  const seen = checked.run.results.map(({ to, protocol, outcome }) => `${to} ${protocol} ${outcome}`);
  expect(seen.toSorted()).toEqual(expected.toSorted());
});

test("answers were lost, and the second attempts brought them", () => {
  const mended = checked.run.results.filter(({ reason }) => reason === "answered-on-second-attempt");
  expect(mended.length).toBeGreaterThan(100);
});

test("the run says once that it is slowed", () => {
  expect(checked.stderr.match(/^portmatrix: .* probes at once; the run takes longer, nothing is left out$/gm)).toEqual([
    expect.stringContaining("this process may open only 1024 files (ulimit -n)"),
  ]);
});
