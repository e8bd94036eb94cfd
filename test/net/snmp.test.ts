import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked, Written } from "./check.ts";
import { startSnmpd } from "./daemons.ts";
import { at, buildPath, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
const env = {
  RIGHT_COMMUNITY: "right-community",
  WRONG_COMMUNITY: "mistyped-community",
  AUTH: "authentic-1",
  WRONG_AUTH: "authentic-2",
  PRIV: "private-12",
  WRONG_PRIV: "private-34",
};
const v3 = (user: string, auth?: string, priv?: string, keys: { auth?: string; priv?: string } = {}) => ({
  version: "3",
  user,
  ...(auth === undefined ? {} : { auth: { protocol: auth, password: { env: keys.auth ?? "AUTH" } } }),
  ...(priv === undefined ? {} : { priv: { protocol: priv, password: { env: keys.priv ?? "PRIV" } } }),
});

/** Host name and its credentials; all of them ask the same agent. */
const right: [string, Written][] = [
  ["v1", { version: "1", community: { env: "RIGHT_COMMUNITY" } }],
  ["v2c", { version: "2c", community: { env: "RIGHT_COMMUNITY" } }],
  ["v3-none", v3("plain")],
  ["v3-sha", v3("signs", "sha")],
  ["v3-sha256", v3("signs256", "sha256")],
  ["v3-sha-aes", v3("secret", "sha", "aes")],
  ["v3-sha256-aes", v3("modern", "sha256", "aes")],
  ["v3-sha512-aes256", v3("blumenthal", "sha512", "aes256b")],
];
const wrong: [string, Written, string, Written][] = [
  [
    "v2c-wrong-community",
    { version: "2c", community: { env: "WRONG_COMMUNITY" } },
    "open warn snmp-community-unanswered proven",
    { discoveryOnly: true, engineId: expect.stringMatching(/^80001f88/i) },
  ],
  [
    "v1-wrong-community",
    { version: "1", community: { env: "WRONG_COMMUNITY" } },
    "open warn snmp-community-unanswered proven",
    { discoveryOnly: true },
  ],
  [
    "v3-wrong-user",
    v3("nobody", "sha", "aes"),
    "open warn snmp-credentials-rejected proven",
    { report: "unknown-user" },
  ],
  [
    "v3-wrong-auth",
    v3("secret", "sha", "aes", { auth: "WRONG_AUTH" }),
    "open warn snmp-credentials-rejected proven",
    { report: "wrong-digest" },
  ],
  [
    "v3-wrong-digest-kind",
    v3("secret", "sha256", "aes"),
    "open warn snmp-credentials-rejected proven",
    { report: "wrong-digest" },
  ],
  [
    // snmpd silently drops what it decrypts to nonsense, so only the discovery is answered.
    "v3-wrong-priv",
    v3("secret", "sha", "aes", { priv: "WRONG_PRIV" }),
    "open warn snmp-user-unanswered proven",
    { version: "3", discoveryOnly: true },
  ],
  [
    "v3-level-unknown",
    v3("plain", "sha", "aes"),
    "open warn snmp-credentials-rejected proven",
    { report: "unsupported-security-level" },
  ],
  [
    "v3-level-too-low",
    v3("secret"),
    "open warn snmp-credentials-rejected proven",
    { errorStatus: "authorizationError" },
  ],
];
const faulty: [string, string, string][] = [
  ["fw-drop", "drop", "silent unknown udp-silence inferred"],
  ["fw-port-unreachable", "reject with icmpx type port-unreachable", "refused fail port-unreachable observed"],
  ["fw-prohibited", "reject with icmpx type admin-prohibited", "prohibited fail administratively-prohibited observed"],
];
const all = [...right, ...wrong.map(([name, snmp]) => [name, snmp] as [string, Written])];
const faultyPlace = 100;
const hosts = [
  ...all.map(([name, snmp], index) => ({ ...quietHost(name, Object.values(at(2, 10 + index))), snmp })),
  ...faulty.map(([name], index) => ({
    ...quietHost(name, Object.values(at(2, faultyPlace + index))),
    snmp: { version: "2c", community: { env: "RIGHT_COMMUNITY" } },
  })),
  { ...quietHost("nothing-listens", Object.values(at(2, 110))), snmp: v3("secret", "sha", "aes") },
  {
    ...quietHost("other-address", Object.values(at(2, 120))),
    snmp: { version: "2c", community: { env: "RIGHT_COMMUNITY" } },
  },
  { ...quietHost("other-address-v3", Object.values(at(2, 121))), snmp: v3("secret", "sha", "aes") },
  {
    ...quietHost("secret-from-file", Object.values(at(2, 122))),
    snmp: { version: "2c", community: { file: "community.txt" } },
  },
];
const topology = topologyOf({ hosts });
const args = ["--section", "2.1", "--timeout", "3s"];
const owned = [
  ...all.map((_, index) => 10 + index),
  ...faulty.map((_, index) => faultyPlace + index),
  110,
  120,
  121,
  122,
];
const places = (which: readonly number[]) =>
  which.flatMap((place) => [`udp:${at(2, place).v4}:161`, `udp6:[${at(2, place).v6}]:161`]);

let checked: Checked;
let mended: Checked;
useLab(["snmpd"], async (lab) => {
  await buildPath(lab, [...owned, 200]);
  await writeFile(join(lab.dir, "community.txt"), "right-community\n");
  await setFirewall(
    lab,
    faulty.flatMap(([, statement], index) =>
      families.map((family) => {
        const address = at(2, faultyPlace + index)[family];
        return `${family === "v4" ? "ip" : "ip6"} daddr ${address} udp dport 161 ${statement}`;
      }),
    ),
  );
  // What the agent at places 120 and 121 answers leaves from place 200, as from a device that picks the wrong interface.
  await lab.rules(
    "hosts",
    `table inet multihomed { chain sent { type filter hook output priority -300;
       ip saddr { ${at(2, 120).v4}, ${at(2, 121).v4} } udp sport 161 notrack ip saddr set ${at(2, 200).v4}
       ip6 saddr { ${at(2, 120).v6}, ${at(2, 121).v6} } udp sport 161 notrack ip6 saddr set ${at(2, 200).v6}
     }
     }`,
  );
  const first = await startSnmpd(lab, "hosts", places(owned.filter((place) => place !== 110)));
  checked = await check(lab, topology, { args, env });
  await setFirewall(lab, []);
  await lab.rules("hosts", "");
  await first.stop();
  await startSnmpd(lab, "hosts", places(owned));
  mended = await check(lab, topology, { args, env });
});

const of = (run: Checked, to: string, family: (typeof families)[number]) => {
  const index = hosts.findIndex((host) => host.name === to);
  const addresses = hosts[index]?.address ?? [];
  return resultOf(run, { to, protocol: "udp", port: 161, address: addresses[families.indexOf(family)] ?? "" });
};
const answered = "open pass service-answered proven";

describe.each(families)("snmpd over %s", (family) => {
  test.each(right)("%s: the right credentials pass", (name, snmp) => {
    const result = of(checked, name, family);
    expect(inShort(result)).toBe(answered);
    expect(result.evidence.snmp).toMatchObject({ version: snmp["version"], sysDescr: "the lab's agent" });
    expect(result.evidence.snmp?.sysUpTimeTicks).toBeGreaterThan(0);
    expect(result.evidence.snmp?.sysObjectId).toMatch(/^1\.3\.6\.1\.4\.1\.8072\./);
  });

  test.each(wrong)("%s: the path is open, the credentials are not right", (name, _, expected, evidence) => {
    const result = of(checked, name, family);
    expect(inShort(result)).toBe(expected);
    expect(result.evidence.snmp).toMatchObject(evidence);
    expect(result.advice).toMatch(name.startsWith("v3") ? /password/i : /community/i);
  });

  test.each(faulty)("%s", (name, _, expected) => {
    expect(inShort(of(checked, name, family))).toBe(expected);
    expect(inShort(of(mended, name, family))).toBe(answered);
  });

  test("no agent at the address", () => {
    expect(inShort(of(checked, "nothing-listens", family))).toBe("refused fail port-unreachable observed");
    expect(inShort(of(mended, "nothing-listens", family))).toBe(answered);
  });

  test.each(["other-address", "other-address-v3"])("%s: a device that answers from another address is told", (name) => {
    const result = of(checked, name, family);
    expect(inShort(result)).toMatch(/^open warn answer-from-other-address /);
    expect(result.evidence.replyFrom).toBe(at(2, 200)[family]);
    expect(inShort(of(mended, name, family))).toBe(answered);
  });

  test("a community from a file", () => {
    expect(inShort(of(checked, "secret-from-file", family))).toBe(answered);
  });
});

test("no secret appears in the run record or in what is printed", () => {
  const shown = JSON.stringify(checked.run) + checked.stdout + checked.stderr;
  for (const secret of Object.values(env)) expect(shown).not.toContain(secret);
});
