import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/outcome.ts";
import type { TcpServiceName } from "../../src/model/service.ts";
import type { ServiceEvidence } from "../../src/model/service-evidence.ts";
import type { ProbeSpec, Task } from "../../src/model/task.ts";
import { startChrony, startDnsmasq, startRsyslog, startService, startSshd } from "./daemons.ts";
import type { Lab } from "./lab.ts";
import { at, buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
/** Every daemon runs here. */
const box = at(2, 10);
/** Here the ports with TLS lead to those without: a mistake that a port forwarding makes. */
const crossed = at(2, 11);
const programs = ["rsyslogd", "dnsmasq", "chronyd", "sshd", "ssh-keygen", "openssl", "postfix", "slapd", "slapadd"];
const rarer = ["icinga2", "stunnel4", "pacemaker-remoted"];

const crossing = `table inet crossing { chain in { type nat hook prerouting priority -100;
  ip daddr ${crossed.v4} tcp dport 465 redirect to :25
  ip6 daddr ${crossed.v6} tcp dport 465 redirect to :25
  ip daddr ${crossed.v4} tcp dport 636 redirect to :389
  ip6 daddr ${crossed.v6} tcp dport 636 redirect to :389
  }
}`;
const wrongClock = fileURLToPath(new URL("wrong-clock.mjs", import.meta.url));
const observeProgram = fileURLToPath(new URL("observe.mjs", import.meta.url));

const clock = (lab: Lab, port: number, ...args: string[]) =>
  lab.start("hosts", [process.execPath, wrongClock, String(port), ...args], { prints: "listening" });

/** One question to each family's address: what is asked, and how it is asked. */
interface Question {
  at: typeof box;
  probe: ProbeSpec;
}
const questions: Question[] = [];
const observed = new Map<string, Answer>();
const keyOf = (address: string, probe: ProbeSpec) => JSON.stringify([address, probe]);

/** Puts a question to be asked before the first test, and gives what finds its answer. */
function later(at: typeof box, probe: ProbeSpec): (family: (typeof families)[number]) => Answer {
  questions.push({ at, probe });
  return (family) => {
    const answer = observed.get(keyOf(at[family], probe));
    if (answer === undefined) throw new Error("this was not asked");
    return answer;
  };
}

/** What a service behind TCP said of itself. */
function service(at: typeof box, port: number, name: TcpServiceName, site?: string) {
  const answer = later(at, { kind: "tcp", port, service: { name, ...(site === undefined ? {} : { site }) } });
  return (family: (typeof families)[number]): ServiceEvidence => {
    const { outcome, evidence } = answer(family);
    expect(outcome.kind).toBe("open");
    if (evidence.service === undefined) throw new Error("no word of the service");
    return evidence.service;
  };
}

/** Asks everything at once, in one process. */
async function askAll(lab: Lab): Promise<void> {
  const asked = questions.flatMap(({ at, probe }) => families.map((family) => ({ address: at[family], probe })));
  const tasks = asked.map(({ address, probe }, id): Task => ({
    id: String(id),
    target: address,
    timeoutMs: 2_000,
    probe,
  }));
  const printed = await lab.must("cmk", [process.execPath, observeProgram], { input: JSON.stringify(tasks) });
  for (const [index, { answers }] of (JSON.parse(printed) as { answers: [Answer] }[]).entries()) {
    const { address, probe } = asked[index] ?? {};
    if (address !== undefined && probe !== undefined) observed.set(keyOf(address, probe), answers[0]);
  }
}

const lab = useLab([...programs, ...rarer], async (lab) => {
  await buildPath(lab, [10, 11]);
  await lab.rules("hosts", crossing);
  // Paths that are compiled into pacemaker; the lab's own mount namespace has them to itself.
  await lab.script("mkdir -p /var/lib/pacemaker 2>/dev/null && mount -t tmpfs tmpfs /var/lib/pacemaker");
  await lab.script("mount -t tmpfs tmpfs /var/log");
  const start = (service: string, listens: string[], settings?: Record<string, string>) =>
    startService(lab, "hosts", service, listens, settings);
  await Promise.all([
    startRsyslog(lab, "hosts"),
    startDnsmasq(lab, "hosts", Object.values(box)),
    startChrony(lab, "hosts"),
    startSshd(lab, "hosts"),
    clock(lab, 1123, "90"),
    clock(lab, 1124, "-3600"),
    clock(lab, 1125, "0", "RATE"),
    start("ldap", ["tcp/389", "tcp/636"]),
    start("livestatus", ["tcp/6557"], { LIVESTATUS_SITE: "main" }),
    start("livestatus", ["tcp/6567"], { LIVESTATUS_TLS: "no", LIVESTATUS_PORT: "6567" }),
    start("pacemaker-remote", ["tcp/3121"]),
    start("event-console", ["tcp/6558"]),
    start("notification-spooler", ["tcp/6555"], { SPOOLER_ENCRYPTION: "upgradable" }),
    start("notification-spooler", ["tcp/6565"], { SPOOLER_ENCRYPTION: "unencrypted", SPOOLER_PORT: "6565" }),
    start("drbd", ["tcp/7789"]),
    start("misbehave", ["tcp/7101", "tcp/7102"], { MISBEHAVE: "accept-close:7101 tarpit:7102" }),
    ...(lab.privileged ? [start("mail", ["tcp/25", "tcp/465", "tcp/587"])] : []),
  ]);
  await askAll(lab);
});

const siteTls = { tlsVersion: "TLSv1.2", certificate: { subject: "main", issuer: "Site 'main' local CA" } };
type Expected = Partial<Record<keyof ServiceEvidence, unknown>>;

const daemons = (
  [
    [514, "syslog", { finding: "handshake-only" }],
    [53, "dns", { finding: "verified", saw: "DNS REFUSED" }], // it knows no name and asks nobody else
    [389, "ldap", { finding: "verified", saw: "LDAP v3, dc=lab,dc=test" }],
    [636, "ldaps", { finding: "verified", saw: "LDAP v3, dc=lab,dc=test", certificate: { subject: "ldap.lab.test" } }],
    [
      6557,
      "livestatus",
      { finding: "verified", site: "main", saw: expect.stringMatching(/^Livestatus r2/), ...siteTls },
    ],
    [6567, "livestatus", { finding: "unencrypted", saw: expect.stringMatching(/^Livestatus r2/) }],
    // GnuTLS knows no key for us, and pacemaker closes without an alert.
    [3121, "pacemaker-remote", { finding: "handshake-only", saw: "closed at a TLS greeting without its key" }],
    // Stand-ins: there is no free package of these.
    [
      6558,
      "event-console",
      { finding: "verified", saw: expect.stringMatching(/^Event Console, \d+ messages received$/) },
    ],
    [6555, "notification-spooler", { finding: "verified", site: "main", certificate: { subject: "main" } }],
    [6565, "notification-spooler", { finding: "handshake-only", saw: "accepts, speaks only to its peers" }],
    [
      7789,
      "drbd",
      { finding: "handshake-only", saw: "accepts in silence, as a resource that waits for its peer does" },
    ],
  ] satisfies [number, TcpServiceName, Expected][]
).map(([port, name, evidence]) => ({ port, name, evidence, said: service(box, port, name, "main") }));

const strangers = (
  [
    "checkmk-agent",
    "livestatus",
    "event-console",
    "notification-spooler",
    "message-broker",
    "smtp",
    "ldap",
    "ldaps",
    "dns",
    "epmd",
    "syslog",
    "drbd",
    "pacemaker-remote",
  ] satisfies TcpServiceName[]
).map((name) => ({ name, said: service(box, 22, name) }));

const times = (
  [
    [123, "verified", 0, "stratum 8"],
    [1123, "clock-differs", 90_000, "stratum 3"],
    [1124, "clock-differs", -3_600_000, "stratum 3"],
    [1125, "not-ready", undefined, "kiss RATE"],
  ] as const
).map(([port, finding, offsetMs, saw]) => ({
  port,
  finding,
  offsetMs,
  saw,
  said: later(box, { kind: "udp", port, payload: "ntp" }),
}));

const otherSite = [service(box, 6557, "livestatus", "remote1"), service(box, 6555, "notification-spooler", "remote1")];
const plainDirectory = service(crossed, 636, "ldaps");
const closing = service(box, 7101, "livestatus");
const hanging = service(box, 7102, "livestatus");
const mail = [25, 587].map((port) => ({ port, said: service(box, port, "smtp") }));
const mailUnderTls = service(box, 465, "smtp");
const plainMail = service(crossed, 465, "smtp");

describe.each(families)("over %s", (family) => {
  test.each(daemons)("$port is $name", ({ name, evidence, said }) => {
    expect(said(family)).toMatchObject({ name, ...evidence });
  });

  test.each(strangers)("$name on a port where sshd answers is the wrong service", ({ said }) => {
    const { finding, saw } = said(family);
    expect([finding, saw]).toEqual(["wrong-service", expect.stringContaining("SSH-2.0-OpenSSH")]);
  });

  test("another site than the one that is wanted is told from it", () => {
    for (const said of otherSite) expect(said(family)).toMatchObject({ finding: "wrong-site", site: "main" });
  });

  test("a directory without TLS behind 636 is plain text", () => {
    expect(plainDirectory(family)).toMatchObject({ finding: "plaintext", saw: "LDAP v3, dc=lab,dc=test" });
  });

  test.each(times)("the time server on $port: $finding", ({ finding, offsetMs, saw, said }) => {
    const { evidence } = said(family);
    expect(evidence.service).toMatchObject({ name: "ntp", finding, saw });
    const { clockOffsetMs } = evidence.service ?? {};
    expect(clockOffsetMs === undefined).toBe(offsetMs === undefined);
    expect(Math.abs((clockOffsetMs ?? 0) - (offsetMs ?? 0))).toBeLessThan(900);
  });

  test("who accepts and closes, and who accepts and says nothing, are told apart", () => {
    expect([closing(family).finding, hanging(family).finding]).toEqual(["closed", "unanswered"]);
  });

  describe("Postfix", () => {
    beforeEach((context) => {
      if (!lab().privileged) context.skip("Postfix changes its user, so it needs more than one user id");
    });

    test.each(mail)("answers on $port", ({ said }) => {
      const saw = "220 mail.lab.test ESMTP Postfix, STARTTLS offered";
      expect(said(family)).toEqual({ name: "smtp", finding: "verified", saw });
    });

    test("answers under TLS on 465, and is plain text where 465 leads to 25", () => {
      expect(mailUnderTls(family)).toMatchObject({ finding: "verified", certificate: { subject: "mail.lab.test" } });
      expect(plainMail(family)).toMatchObject({ finding: "plaintext", saw: "220 mail.lab.test ESMTP Postfix" });
    });
  });
});
