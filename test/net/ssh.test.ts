import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Registration } from "../../src/model/registration/registration.ts";
import { type Checked, check, resultOf, topologyOf } from "./check.ts";
import type { Lab } from "./lab.ts";
import { at, buildPath, cmk, listen, setFirewall } from "./paths.ts";
import { askDoctor, doctorInShort, playServer } from "./registration.ts";
import { protocols, rejectCases, rejectRules, rejects } from "./rejects.ts";
import { onlyWith, ordinaryUser } from "./rungs.ts";
import { useLab } from "./use-lab.ts";

/** A host with sshd on which an ordinary user finds one interpreter, and no Node. */
const hosts = [
  { name: "web01", place: 10, program: "python3", worker: "python" },
  { name: "web02", place: 11, program: "perl", worker: "perl" },
] as const;

/** Who sends, to whom, and which address of the firewall is on that side. */
const senders = [
  { from: "cmk", to: "web01", target: at(2, 10), firewall: at(1, 1), worker: "python" },
  ...hosts.map(({ name, worker }) => ({ from: name, to: "cmk", target: cmk, firewall: at(2, 1), worker })),
] as const;

const cases = senders.flatMap((sender) => rejectCases.map((one) => ({ ...sender, ...one })));

/** The lab has an /etc of its own: the user is in no other. */
const addUser = `
  echo 'monitor:x:64213:64213::/run/monitor:/bin/sh' >>/etc/passwd
  echo 'monitor:*:19000::::::' >>/etc/shadow
  mkdir -p /run/sshd /run/client /run/monitor && chmod 755 /run/client /run/monitor
  ssh-keygen -q -t ed25519 -N '' -f /run/client/key && cp /run/client/key.pub /run/monitor/keys
  ssh-keygen -q -t ed25519 -N '' -f /run/sshd/host-key
  sed 's/^/* /' /run/sshd/host-key.pub >/run/client/known
  printf 'Host *\\nIdentityFile /run/client/key\\nUserKnownHostsFile /run/client/known\\n' >/run/client/config
  chown -R 65534:65534 /run/client`;

async function startSshd(lab: Lab, address: string, program: string): Promise<void> {
  const found = await onlyWith(lab, `only-${program}`, [program]);
  const settings = [
    "PidFile=none",
    "UsePAM=no",
    "StrictModes=no",
    `ListenAddress=${address}`,
    "AuthorizedKeysFile=/run/monitor/keys",
    `SetEnv=${found.at(-1)}`,
  ];
  const argv = ["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", "/run/sshd/host-key"];
  await lab.start("hosts", [...argv, ...settings.flatMap((one) => ["-o", one])], {
    listens: ["tcp/22"],
  });
}

const topology = topologyOf({
  hosts: hosts.map(({ name, place }) => ({ name, address: Object.values(at(2, place)), agent: "none", ping: false })),
  vantages: { cmk: "local", hosts: { ssh: { user: "monitor", options: ["-F", "/run/client/config"] } } },
  requirements: senders.flatMap(({ from, to }) =>
    rejects.flatMap(({ port }) => protocols.map((protocol) => ({ from, to, [protocol]: port }))),
  ),
});

let rejected: Checked;
let mended: Checked;
let strangers: Checked;
/** What the doctor says on the host, and of the host from here. */
const examined: Record<string, { there: Registration; here: Registration }> = {};

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("sshd needs root to log another user in");
});
useLab(["ssh", "sshd", "ssh-keygen", "setpriv", "python3", "perl"], async (lab) => {
  if (!lab.privileged) return;
  await buildPath(
    lab,
    hosts.map(({ place }) => place),
  );
  await lab.script(addUser);
  for (const { place, program } of hosts) await startSshd(lab, at(2, place).v4, program);
  // On each address by itself: a datagram's answer must come from where it was asked.
  const listenAt = (node: string, addresses: readonly { v4: string; v6: string }[]) =>
    listen(
      lab,
      node,
      addresses.flatMap(({ v4, v6 }) =>
        [v4, v6].flatMap((address) =>
          rejects.flatMap(({ port }) => protocols.map((protocol) => ({ protocol, address, port }))),
        ),
      ),
    );
  await listenAt("hosts", [at(2, hosts[0].place)]);
  await listenAt("cmk", [cmk]);
  const how = {
    behind: ordinaryUser(lab),
    args: ["--section", "extra", "--timeout", "2s"],
    env: { HOME: join(lab.dir, "home"), PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
  };
  await setFirewall(lab, rejectRules);
  rejected = await check(lab, topology, how);
  await setFirewall(lab, []);
  mended = await check(lab, topology, how);
  await playServer(lab, "cmk");
  const through = ["--via", `ssh -F /run/client/config monitor@${at(2, hosts[0].place).v4}`];
  const ask = (node: string, options?: readonly string[]) => askDoctor(lab, node, cmk.v4, options, how.behind);
  examined.fine = { there: await ask("hosts"), here: await ask("cmk", through) };
  await setFirewall(lab, ["tcp dport 8000 reject with icmp type admin-prohibited"]);
  examined.broken = { there: await ask("hosts"), here: await ask("cmk", through) };
  await setFirewall(lab, []);
  await lab.script("sed -i 's/^. ssh-ed25519 AAAA/* ssh-ed25519 AAAB/' /run/client/known");
  strangers = await check(lab, topology, how);
});

const meant = ({ from, to, target, family, protocol, port }: (typeof cases)[number]) =>
  ({ from, to, protocol, port, address: family === 4 ? target.v4 : target.v6, section: "extra" }) as const;

describe("an ordinary user, from this machine and through ssh", () => {
  test.each(cases)("$from knows code and sender of $id", (one) => {
    const { outcome, evidence } = resultOf(rejected, meant(one));
    expect({ outcome, ...evidence }).toMatchObject({
      outcome: one.kind,
      icmpCode: one.code,
      reporter: one.family === 4 ? one.firewall.v4 : one.firewall.v6,
      codeSeen: true,
    });
  });

  test.each(cases)("$from sees $id open once the rule is gone", (one) => {
    expect(resultOf(mended, meant(one)).outcome).toBe("open");
  });

  test("what sends is what the hosts have, and none of it is Node", () => {
    const workers = (rejected.run.vantages ?? []).flatMap(({ nodes, worker }) => nodes.map((node) => [node, worker]));
    expect(Object.fromEntries(workers)).toEqual(Object.fromEntries(senders.map(({ from, worker }) => [from, worker])));
  });
});

test("the doctor examines a host through ssh as it does on the host, though it has no Node", () => {
  const { fine, broken } = examined;
  for (const one of [fine, broken]) expect(doctorInShort(one!.here)).toEqual(doctorInShort(one!.there));
  expect(fine?.here.firstBroken).toBeUndefined();
  expect(broken?.here).toMatchObject({ firstBroken: "connection", causes: [{ code: "firewall-prohibits" }] });
});

test("a host key that is another one is one clear error for each flow, and nothing is sent", () => {
  const facts = (strangers.run.vantages ?? []).filter(({ notOpened }) => notOpened !== undefined);
  expect(facts).toMatchObject([{ nodes: ["web01", "web02"], notOpened: { cause: "host-key" } }]);
  const theirs = strangers.run.results.filter(({ from }) => from !== "cmk");
  expect(new Set(theirs.map(({ reason }) => reason))).toEqual(new Set(["vantage-not-opened"]));
});
