import { describe, expect, it } from "vitest";
import { answer, flow, outcomes } from "../../../test/cases/judge-case.ts";
import { reasonSchema, verdictOf } from "../../model/reason.ts";
import type { Judgement } from "../../model/run/run.ts";
import { reasonWords } from "./entries.ts";
import { phrase } from "./phrase.ts";

/** A judgement with the given codes; TCP from web01 to port 8000 of cmk unless told otherwise. */
function judgement(over: Partial<Judgement> = {}): Judgement {
  const { purpose: _purpose, probe: _probe, ...place } = flow();
  const codes = { attempts: 1, evidence: {}, verdict: "fail", reason: "no-answer", proof: "inferred" } as const;
  return { ...place, ...codes, ...over };
}
const message = (over: Partial<Judgement>) => phrase(judgement(over)).message;
const advice = (over: Partial<Judgement>) => phrase(judgement(over), { topology: "portmatrix.yaml" }).advice;
const udp = { protocol: "udp", port: 161, requirement: "snmp", to: "sw01", address: "10.0.3.7", from: "cmk" } as const;

describe("messages", () => {
  it.each<[string, Partial<Judgement>]>([
    [
      "web01 got no answer from cmk (10.0.0.5:8000/tcp) within 3.2 s, in 2 attempts.",
      { outcome: "silent", evidence: { waitedMs: 3200 }, attempts: 2 },
    ],
    [
      "web01 was refused at cmk (10.0.0.5:8000/tcp) after 0.8 ms.",
      { outcome: "refused", rttMs: 0.8, reason: "connection-refused" },
    ],
    [
      "web01 was told that cmk (10.0.0.5:8000/tcp) is prohibited: 10.9.9.1 says communication administratively prohibited (ICMP 3/13).",
      {
        outcome: "prohibited",
        reason: "administratively-prohibited",
        evidence: { reporter: "10.9.9.1", icmpCode: "3/13" },
      },
    ],
    [
      "web01 could not reach cmk ([fd00::5]:8000/tcp): host or network unreachable (EHOSTUNREACH only, the ICMP code was not seen) after 3.1 s.",
      {
        address: "fd00::5",
        outcome: "unreachable",
        reason: "host-unreachable",
        rttMs: 3070,
        evidence: { errno: "EHOSTUNREACH", codeSeen: false },
      },
    ],
    [
      "web01 could not send to cmk (10.0.0.5:8000/tcp): EMFILE. This says nothing about the network.",
      { outcome: "unsent", reason: "descriptors-exhausted", evidence: { detail: "EMFILE" } },
    ],
    [
      "web01 completed a TCP handshake with cmk (10.0.0.5:8000/tcp) in 12 ms; the service was not identified.",
      { outcome: "open", rttMs: 12, reason: "handshake-completed", verdict: "pass" },
    ],
    [
      "cmk completed a TCP handshake with itself (127.0.0.1:5000/tcp) in 1 ms; the service was not identified.",
      { from: "cmk", address: "127.0.0.1", port: 5000, outcome: "open", rttMs: 1, reason: "handshake-completed" },
    ],
    [
      "cmk got a reply from sw01 (10.0.3.7:161/udp) in 2 ms: SNMP 2c, Linux.",
      {
        ...udp,
        outcome: "open",
        rttMs: 2,
        reason: "service-answered",
        evidence: { snmp: { version: "2c", sysDescr: "Linux" } },
      },
    ],
    [
      "web01 got no answer from cmk (10.0.0.5:8000/tcp) within 3.2 s, blocked as required; the same address answered on 443/tcp, so it is alive.",
      {
        outcome: "silent",
        reason: "blocked-as-expected",
        evidence: { waitedMs: 3200, control: "2.2/web/web01->cmk/tcp/443/10.0.0.5" },
      },
    ],
    [
      "web01 completed a TCP handshake with cmk (10.0.0.5:8000/tcp) in 1 ms; this machine has no route to fd00::5, which was therefore not tested.",
      {
        outcome: "open",
        rttMs: 1,
        reason: "address-family-not-routed",
        evidence: {
          addresses: [
            { address: "10.0.0.5", outcome: outcomes.open, evidence: {} },
            { address: "fd00::5", outcome: { kind: "unsent", cause: "no-route", detail: "ENETUNREACH" }, evidence: {} },
          ],
        },
      },
    ],
    [
      "cmk (10.0.0.5:8000/tcp) was not checked: this run has no vantage point at web01.",
      { verdict: "skipped", reason: "no-vantage", attempts: 0 },
    ],
  ])("%s", (expected, over) => expect(message(over)).toBe(expected));

  const refused = { outcome: "refused", rttMs: 1, reason: "connection-refused" } as const;
  const unreachable = { outcome: "unreachable", rttMs: 2, reason: "host-unreachable" } as const;
  it.each<[string, Partial<Judgement>]>([
    [
      "web01 was refused at cmk (10.0.0.5:8000/tcp) by 10.9.9.1 with port unreachable (ICMP 3/3) after 1 ms.",
      { ...refused, evidence: { reporter: "10.9.9.1", icmpCode: "3/3" } },
    ],
    [
      "web01 was refused at cmk (10.0.0.5:8000/tcp) by the address itself with port unreachable (ICMP 3/3) after 1 ms.",
      { ...refused, evidence: { reporter: "10.0.0.5", icmpCode: "3/3" } },
    ],
    [
      "web01 was refused at cmk (10.0.0.5:8000/tcp) after 1 ms, probably by the host itself: the reset has the same hop count as its other replies.",
      { ...refused, evidence: { ttl: 61, resetFrom: "host-likely" } },
    ],
    [
      "web01 was refused at cmk (10.0.0.5:8000/tcp) after 1 ms, probably by a firewall between the two nodes: the reset has a lower hop count than other replies of that address.",
      { ...refused, evidence: { ttl: 63, resetFrom: "middlebox-likely" } },
    ],
    [
      "web01 was refused at itself (127.0.0.1:8000/tcp) after 1 ms.",
      {
        ...refused,
        to: "web01",
        address: "127.0.0.1",
        evidence: { reporter: "127.0.0.1", icmpCode: "3/3", codeSeen: true },
      },
    ],
    [
      "cmk got ICMP port-unreachable for sw01 (10.0.3.7:161/udp) after 1 ms, sent by 10.9.9.1.",
      { ...udp, ...refused, reason: "port-unreachable", evidence: { reporter: "10.9.9.1", icmpCode: "3/3" } },
    ],
    [
      "web01 could not reach cmk (10.0.0.5:8000/tcp): 10.9.9.1 says host unreachable (ICMP 3/1) after 2 ms.",
      { ...unreachable, evidence: { reporter: "10.9.9.1", icmpCode: "3/1" } },
    ],
    [
      "web01 could not reach cmk (10.0.0.5:8000/tcp): web01 itself (10.0.0.7) says host unreachable (ICMP 3/1) after 3.1 s.",
      {
        ...unreachable,
        rttMs: 3070,
        evidence: { reporter: "10.0.0.7", localAddress: "10.0.0.7", icmpCode: "3/1" },
      },
    ],
    [
      "web01 could not reach cmk ([fd00::5]:8000/tcp): fd00:9::1 says hop limit exceeded (ICMP 3/0) after 2 ms.",
      { ...unreachable, address: "fd00::5", evidence: { reporter: "fd00:9::1", icmpCode: "3/0" } },
    ],
    [
      "web01 could not reach cmk (10.0.0.5:8000/tcp): 10.9.9.1 says ICMP 12/0 after 2 ms.",
      { ...unreachable, evidence: { reporter: "10.9.9.1", icmpCode: "12/0" } },
    ],
    [
      'web01 could not reach cmk (10.0.0.5:8000/tcp): 10.9.9.1 says "Destination Host Unreachable" after 2 ms.',
      { ...unreachable, evidence: { reporter: "10.9.9.1", replySummary: "Destination Host Unreachable" } },
    ],
    ["web01 could not reach cmk (10.0.0.5:8000/tcp): host or network unreachable after 2 ms.", unreachable],
  ])("names who is known to have answered: %s", (expected, over) => expect(message(over)).toBe(expected));

  it.each([
    ["host-likely", "path-open-nothing-listens", "the path is open as far as the host"],
    ["middlebox-likely", "refused-on-the-way", "the path is not open, or not proven to be"],
  ] as const)("before the installation, a reset that is %s", (resetFrom, reason, words) => {
    const seen = { ...refused, reason, verdict: verdictOf(reason), evidence: { resetFrom } } as const;
    expect(message(seen)).toContain(words);
    expect(message(seen)).not.toContain("is not known");
  });

  it("calls a refusal from in between a block that looks like a closed port", () => {
    const over = { ...refused, reason: "closed-not-blocked", expect: "blocked", verdict: "warn" } as const;
    expect(message({ ...over, evidence: { reporter: "10.9.9.1", icmpCode: "3/3" } })).toContain(
      "10.9.9.1 is between the two nodes and rejects it, which is a block",
    );
    expect(message({ ...over, evidence: { resetFrom: "host-likely" } })).toContain("not yet a block");
  });

  it.each([
    ["2.2/web-https/web01->cmk/tcp/443", "443/tcp works"],
    ["2.2/web-https/web01->cmk/tcp/443/10.0.0.5", "443/tcp works"],
    ["4/site-apache/cmk->cmk/tcp/8000/127.0.0.1", "127.0.0.1 answers"],
  ])("names what took its place: %s", (satisfiedBy, words) => {
    const over = { outcome: "refused", reason: "alternative-satisfied", verdict: "warn" } as const;
    expect(message({ ...over, evidence: { satisfiedBy } })).toContain(`not needed, because ${words} instead.`);
  });

  it.each(["2.2/web-https/web01->cmk/tcp/443"])("says no more of an open path than is known: %s", (satisfiedBy) => {
    const over = { outcome: "silent", reason: "alternative-path-open", verdict: "warn", evidence: { satisfiedBy } };
    expect(message(over as Partial<Judgement>)).toContain("because the path to 443/tcp is open instead.");
  });

  it("says which other address of the target answered", () => {
    const addresses = [answer(outcomes.open), answer(outcomes.silent, {}, "fd00::5")];
    const over = { outcome: "silent", reason: "no-answer", address: "fd00::5", evidence: { addresses } } as const;
    expect(message(over)).toMatch(/; IPv4 10\.0\.0\.5 accepts connections, IPv6 fd00::5 does not\.$/);
    expect(message({ ...over, evidence: { addresses: addresses.slice(1) } })).not.toContain("does not.");
  });

  it("does not say that nothing answered where something was refused", () => {
    const over = {
      outcome: "silent",
      reason: "silence-without-control",
      verdict: "unknown",
      expect: "blocked",
    } as const;
    expect(message(over)).toContain("nothing else at that address answered either");
    const beside = message({ ...over, evidence: { refusal: "2.2/web-https/web01->cmk/tcp/443" } });
    expect(beside).toContain("at that address 443/tcp was refused and nothing answered");
    expect(beside).not.toContain("nothing else");
  });

  it("says nothing of the reset where it does not matter", () => {
    const over = { ...refused, reason: "absence-is-normal", verdict: "warn", evidence: { resetFrom: "host-likely" } };
    expect(message(over as Partial<Judgement>)).not.toContain("probably");
  });

  it("does not say who refused where nobody saw it", () => {
    const refused = { outcome: "refused", rttMs: 1, reason: "path-open-nothing-listens", verdict: "warn" } as const;
    expect(message(refused)).toContain("Who sent the refusal is not known: the host, or a firewall that rejects");
  });
});

describe("another site is spoken of only where it was seen", () => {
  const asked = { outcome: "open", reason: "wrong-site", rttMs: 1 } as const;
  const service = { name: "agent-receiver", finding: "wrong-site" } as const;
  it("the certificate names the expected site: none answered instead", () => {
    const over = { ...asked, evidence: { service: { ...service, saw: "agent receiver without this site" } } };
    expect(message(over)).toBe(
      "web01 connected to cmk (10.0.0.5:8000/tcp), and the certificate is that of the expected site, but what answers does not serve this site: agent receiver without this site.",
    );
    expect(advice(over)).toContain("a proxy that changes the path");
  });

  it("twin: the certificate names another site", () => {
    const over = { ...asked, evidence: { service: { ...service, site: "lab", saw: "agent receiver of site lab" } } };
    expect(message(over)).toBe(
      "web01 connected to cmk (10.0.0.5:8000/tcp), but the site lab answered instead of the expected one: agent receiver of site lab.",
    );
    expect(advice(over)).toContain("Compare the ports of the sites");
  });
});

describe("advice", () => {
  it.each<[string, Partial<Judgement>, RegExp]>([
    ["the receiver", { requirement: "agent-registration", reason: "connection-refused" }, /AGENT_RECEIVER.*published/],
    [
      "the agent",
      { requirement: "agent", port: 6556, reason: "connection-refused" },
      /cmk-agent-ctl status.*registered/,
    ],
    [
      "SNMP silence",
      { ...udp, reason: "udp-silence", verdict: "unknown" },
      /wrong community.*before you suspect a firewall/,
    ],
    ["an unknown service", { requirement: "tcp-1234", port: 1234, reason: "connection-refused" }, /ss -tln/],
    [
      "a refusal from in between",
      { reason: "connection-refused", evidence: { reporter: "10.9.9.1", icmpCode: "3/3" } },
      /firewall rules of 10\.9\.9\.1 for 8000\/tcp from web01 to cmk/,
    ],
    [
      "a reset from nearer than the host",
      { reason: "connection-refused", evidence: { resetFrom: "middlebox-likely" } },
      /firewall between web01 and cmk that rejects/,
    ],
    [
      "an unreachable of this machine",
      { reason: "host-unreachable", evidence: { reporter: "10.0.0.7", localAddress: "10.0.0.7", icmpCode: "3/1" } },
      /no machine on the network of web01 itself answers/,
    ],
    [
      "a router without a route",
      { reason: "host-unreachable", evidence: { reporter: "10.9.9.1", icmpCode: "3/0" } },
      /routing table of 10\.9\.9\.1/,
    ],
    [
      "a routing loop",
      { reason: "host-unreachable", evidence: { reporter: "10.9.9.1", icmpCode: "11/0" } },
      /a routing loop near 10\.9\.9\.1/,
    ],
    [
      "a router that nobody answers",
      { reason: "host-unreachable", rttMs: 3070, evidence: { reporter: "10.9.9.1", icmpCode: "3/1" } },
      /10\.9\.9\.1 found no machine/,
    ],
    ["a quick unreachable", { reason: "host-unreachable", rttMs: 2 }, /firewall that rejects with "unreachable"/],
    ["a slow unreachable", { reason: "host-unreachable", rttMs: 3070 }, /takes 3\.1 s usually means that no machine/],
    ["a missing privilege", { reason: "privilege-missing" }, /setcap cap_net_raw\+ep .* or install the `ping` program/],
    ["no vantage point", { reason: "no-vantage" }, /Run on web01: `portmatrix check portmatrix\.yaml --from web01`/],
    [
      "a normal absence",
      { reason: "absence-is-normal", tolerated: "The pair is connected." },
      /^The pair is connected\.$/,
    ],
  ])("%s", (_, over, expected) => expect(advice(over)).toMatch(expected));

  it("never calls a firewall certain on silence", () => {
    const text = `${message({ outcome: "silent" })} ${advice({ outcome: "silent" })}`;
    expect(text).toMatch(/Look for a rule/);
    expect(text).not.toMatch(/firewall (drops|blocks)|is blocked by/);
  });

  it("quotes a topology's name for the shell", () => {
    const result = phrase(judgement({ reason: "no-vantage" }), { topology: "my site's.yaml" });
    expect(result.advice).toContain(String.raw`portmatrix check 'my site'\''s.yaml' --from web01`);
  });
});

describe("what the target says of itself, before the installation", () => {
  const nothing = { finding: "not-listening", through: "a script (perl)" } as const;
  const firewall = { does: "rejects", tool: "nft", chain: "inet filter input", number: 3, rule: "reject" } as const;
  const refused = { outcome: "refused", rttMs: 1 } as const;
  const before = { ...refused, reason: "path-open-nothing-listens", verdict: "warn" } as const;

  it("does not ask for a service that is not installed yet", () => {
    const text = advice({ ...before, evidence: { inspection: nothing } });
    expect(text).toBe(
      "Read on cmk: nothing listens on 8000/tcp yet. Nothing to do before the installation; check again with `--stage live` once the service runs.",
    );
    const live = advice({ ...refused, reason: "connection-refused", evidence: { inspection: nothing } });
    expect(live).toBe("Read on cmk: nothing listens on 8000/tcp. Start the service there.");
  });

  it("names the rule that will turn the service's clients away", () => {
    const text = advice({ ...before, evidence: { inspection: { ...nothing, firewall } } });
    expect(text).toBe(
      'Read on cmk: nothing listens on 8000/tcp yet, as is normal before the installation; its firewall rejects it as well, by rule 3 of inet filter input (nft): "reject".',
    );
  });
});

describe("every reason", () => {
  it.each(reasonSchema.options)(
    "%s has a sentence, an advice unless it passes, and a word for the matrix",
    (reason) => {
      for (const outcome of [undefined, ...Object.values(outcomes).map(({ kind }) => kind)]) {
        for (const protocol of ["tcp", "udp", "icmp"] as const) {
          const result = phrase(judgement({ reason, protocol, ...(outcome === undefined ? {} : { outcome }) }));
          expect(result.message).toMatch(/^[^\n]+\.$/);
          expect(`${result.message} ${result.advice}`).not.toMatch(/undefined |null|NaN|\[object/);
          expect(result.advice === undefined).toBe(verdictOf(reason) === "pass");
        }
      }
      expect(reasonWords[reason].cell.length).toBeLessThanOrEqual(13);
    },
  );

  it("keeps what the catalog tolerates out of the record", () => {
    expect(phrase(judgement({ tolerated: "why" }))).not.toHaveProperty("tolerated");
  });
});
