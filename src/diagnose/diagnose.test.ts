import { describe, expect, it } from "vitest";
import type { Diagnosis, StepName, Subject } from "../model/registration/doctor.ts";
import type { Discovery, Hop, Replay } from "../model/registration/replay.ts";
import type { Answer, Evidence, Observation, Outcome } from "../model/outcome.ts";
import type { TcpServiceName } from "../model/service.ts";
import type { Finding } from "../model/service-evidence.ts";
import { diagnose } from "./diagnose.ts";

const v4 = "10.0.0.5";
const v6 = "fd00::5";
const subject: Subject = {
  server: "cmk",
  addresses: ["cmk.example.com"],
  site: "main",
  host: "web01",
  hostAddresses: ["10.0.2.1"],
  agent: "pull",
  agentPort: 6556,
  expectedPort: 8000,
  expectedFrom: "default",
  otherWebPorts: [],
  plainWebPorts: [],
  proxies: [],
};

const outcomes = {
  refused: { kind: "refused", rttMs: 0.4 },
  prohibited: { kind: "prohibited", rttMs: 0.4 },
  unreachable: { kind: "unreachable", rttMs: 3000 },
  silent: { kind: "silent", waitedMs: 3500 },
  "no-route": { kind: "unsent", cause: "no-route", detail: "no route" },
} as const satisfies Record<string, Outcome>;

const failed = (kind: keyof typeof outcomes, address = v4): Answer => ({
  address,
  outcome: outcomes[kind],
  evidence: kind === "prohibited" ? { reporter: "10.0.1.1", icmpCode: "3/13" } : {},
});
const open = (service: Evidence["service"], address = v4): Answer => ({
  address,
  outcome: { kind: "open", rttMs: 0.4 },
  evidence: service === undefined ? {} : { service },
});
const spoke =
  (name: TcpServiceName) =>
  (finding: Finding, more: Omit<NonNullable<Evidence["service"]>, "name" | "finding"> = {}, address = v4): Answer =>
    open({ name, finding, ...more }, address);
const https = spoke("receiver-discovery-https");
const http = spoke("receiver-discovery-http");
const receiver = spoke("agent-receiver");
const agent = spoke("checkmk-agent");
const seen = (...answers: [Answer, ...Answer[]]): Observation => ({ answers });
const plainly = (observation: Observation, hops: readonly Hop[] = []): Discovery => ({ observation, hops });
const web = (...answers: [Answer, ...Answer[]]): Discovery => plainly(seen(...answers));
const number = { receiverPort: 8000 };
const tls = { tlsVersion: "TLSv1.3" };
const verified = receiver("verified", tls);
const unresolved = (detail: string): Observation =>
  seen({ outcome: { kind: "unsent", cause: "name", detail }, evidence: {} });
const nameless = (detail: string): Discovery => plainly(unresolved(detail));

const healthy: Replay = {
  https: web(https("verified", number)),
  http: web(http("verified", number)),
  receivers: [{ port: 8000, observation: seen(verified) }],
  wayBack: seen(agent("verified")),
};
const on = (port: number, ...answers: [Answer, ...Answer[]]) => ({ port, observation: seen(...answers) });
const closedWeb = (kind: keyof typeof outcomes) => ({ https: web(failed(kind)), http: web(failed(kind)) });
const symptoms = ({ steps }: Diagnosis) => Object.fromEntries(steps.map(({ name, symptom }) => [name, symptom]));

interface Case {
  name: string;
  replay?: Partial<Replay>;
  subject?: Partial<Subject>;
  broken?: StepName;
  symptom: string;
  /** How the causes begin. */
  causes?: readonly string[];
  /** Remedies that must be there, the first one first. */
  remedies: readonly [string, ...string[]];
  /** Remedies that would do harm, or help nobody. */
  never?: readonly string[];
  canRegister?: boolean;
  works?: readonly string[];
}

/** Discovery was left out, as the port was given. */
const withPort = { https: undefined, http: undefined } as unknown as Partial<Replay>;
const far = "10.0.9.9";
/** The web server sends discovery to another machine, and this is what that one answers. */
const sentOn = (answer: Answer): Discovery => {
  const url = "https://portal.example.com/main/check_mk/";
  const redirect = https("other-answer", { onward: { via: [url], left: 10, end: "elsewhere" } });
  const hop = { url, host: "portal.example.com", port: 443, isOutside: true, observation: seen(answer) } as const;
  return plainly(seen(redirect), [hop]);
};

const cases: readonly Case[] = [
  {
    name: "the name does not exist",
    replay: {
      https: nameless("cmk.example.com does not exist, says the resolver of this machine (ENOTFOUND)"),
      http: nameless("cmk.example.com does not exist, says the resolver of this machine (ENOTFOUND)"),
      receivers: [],
    },
    broken: "name",
    symptom: "name-unknown",
    causes: ["name-misspelt", "name-not-in-this-dns"],
    remedies: ["look-up-name"],
    canRegister: false,
  },
  {
    name: "the resolver is dead, and the controller has no other",
    replay: {
      https: nameless("the resolver of this machine gave no answer for cmk (EAI_AGAIN)"),
      http: nameless("the resolver of this machine gave no answer for cmk (EAI_AGAIN)"),
      receivers: [],
    },
    broken: "name",
    symptom: "resolver-silent",
    causes: ["resolver-down"],
    remedies: ["look-up-name"],
    canRegister: false,
  },
  {
    name: "443 and 80 are dropped, 8000 works",
    replay: closedWeb("silent"),
    broken: "web",
    symptom: "web-closed",
    causes: ["firewall-drops"],
    remedies: ["register-with-port", "open-port"],
    canRegister: false,
    works: ["receiver", "way-back"],
  },
  {
    name: "443 and 80 are dropped although a proxy is set",
    replay: closedWeb("silent"),
    subject: { proxies: ["https_proxy"] },
    broken: "web",
    symptom: "web-closed",
    causes: ["proxy-needed", "firewall-drops"],
    remedies: ["register-with-port", "ask-without-proxy", "register-with-http-proxy"],
  },
  {
    name: "nothing at the address answers",
    replay: { ...closedWeb("silent"), receivers: [on(8000, failed("silent"))] },
    broken: "web",
    symptom: "web-closed",
    causes: ["host-down-or-wrong-address", "firewall-drops"],
    remedies: ["look-at-server", "open-port", "register-by-proxy"],
    works: ["way-back"],
  },
  {
    name: "443 and 80 are prohibited",
    replay: closedWeb("prohibited"),
    broken: "web",
    symptom: "web-closed",
    causes: ["firewall-prohibits"],
    remedies: ["register-with-port", "open-port"],
  },
  {
    name: "no web server where the controller asks",
    replay: closedWeb("refused"),
    broken: "web",
    symptom: "web-closed",
    causes: ["web-server-off", "firewall-refuses", "web-server-on-other-port"],
    remedies: ["register-with-port", "start-web-server"],
  },
  {
    name: "the topology says that the web server has another port",
    replay: closedWeb("refused"),
    subject: { otherWebPorts: [8443] },
    broken: "web",
    symptom: "web-closed",
    causes: ["web-server-on-other-port", "web-server-off"],
    remedies: ["register-with-port"],
  },
  {
    name: "a router has no route to the server",
    replay: { ...closedWeb("unreachable"), receivers: [on(8000, failed("unreachable"))] },
    broken: "web",
    symptom: "web-closed",
    causes: ["host-down-or-wrong-address", "no-route"],
    remedies: ["look-at-server", "register-by-proxy"],
  },
  {
    name: "the site is stopped",
    replay: {
      https: web(https("not-ready", { saw: "site main is not started" })),
      http: web(http("not-ready")),
      receivers: [on(8000, failed("refused"))],
    },
    broken: "discovery",
    symptom: "site-not-started",
    causes: ["site-stopped"],
    remedies: ["start-site"],
    works: ["web", "way-back"],
  },
  ...[502, 503, 504].map((status) => ({
    name: `a gateway whose site is down: HTTP ${status}`,
    replay: {
      https: web(https("not-ready", { saw: `HTTP ${status} "Bad Gateway" from nginx` })),
      http: web(http("not-ready", { saw: `HTTP ${status}` })),
      receivers: [on(8000, failed("refused"))] as const,
    },
    broken: "discovery" as const,
    symptom: "site-not-started",
    causes: ["site-stopped", "balancer-without-backend"],
    remedies: ["start-site", "see-what-listens"] as const,
  })),
  {
    name: "no such site",
    replay: {
      https: web(https("other-answer", { saw: "HTTP 404" })),
      http: web(http("other-answer", { saw: "HTTP 404" })),
      receivers: [on(8000, receiver("wrong-site", { ...tls, site: "other" }))],
    },
    broken: "discovery",
    symptom: "discovery-not-found",
    causes: ["site-misspelt", "other-web-server"],
    remedies: ["use-other-site", "look-up-port"],
  },
  {
    name: "a login page instead of a port, 8000 works",
    replay: {
      https: web(https("other-answer", { saw: 'HTTP 200, "Sign in"' })),
      http: web(http("other-answer", { saw: "HTTP 302" })),
    },
    broken: "discovery",
    symptom: "discovery-login-page",
    causes: ["login-in-between"],
    remedies: ["register-with-port", "ask-without-proxy"],
    works: ["web", "receiver", "way-back"],
  },
  {
    name: "80 sends on to https, which is dropped",
    replay: { https: web(failed("silent")), http: web(http("verified", { saw: "redirects to https" })) },
    broken: "discovery",
    symptom: "discovery-redirects",
    causes: ["firewall-drops"],
    remedies: ["register-with-port", "open-port"],
  },
  {
    name: "https cannot agree on TLS, http is closed",
    replay: { https: web(https("tls-failed")), http: web(failed("refused")) },
    broken: "discovery",
    symptom: "discovery-tls-failed",
    causes: ["tls-inspection", "other-web-server"],
    remedies: ["register-with-port", "exempt-from-inspection"],
  },
  {
    name: "a balancer accepts on 443 and has nothing behind it",
    replay: { https: web(https("closed")), http: web(failed("silent")) },
    broken: "discovery",
    symptom: "discovery-closed",
    causes: ["balancer-without-backend"],
    remedies: ["register-with-port"],
  },
  {
    name: "discovery tells an old port, the receiver has the expected one",
    replay: {
      https: web(https("verified", { receiverPort: 8001 })),
      http: web(http("verified", { receiverPort: 8001 })),
      receivers: [on(8001, failed("silent")), on(8000, verified)],
    },
    broken: "port",
    symptom: "port-stale",
    causes: ["discovery-outdated", "ports-mixed-up"],
    remedies: ["register-with-port", "look-up-port", "restart-site-apache"],
    works: ["discovery", "receiver-elsewhere", "way-back"],
  },
  {
    name: "the firewall was opened for the expected port, discovery names another",
    replay: {
      https: web(https("verified", { receiverPort: 8001 })),
      http: web(http("verified", { receiverPort: 8001 })),
      receivers: [on(8001, failed("silent")), on(8000, failed("refused"))],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-has-other-port", "firewall-drops"],
    remedies: ["look-up-port", "open-port", "register-by-proxy"],
  },
  {
    name: "8000 is dropped",
    replay: { receivers: [on(8000, failed("silent"))] },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-drops"],
    remedies: ["open-port", "register-by-proxy"],
    works: ["discovery", "way-back"],
  },
  {
    name: "8000 is prohibited",
    replay: { receivers: [on(8000, failed("prohibited"))] },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-prohibits"],
    remedies: ["open-port", "register-by-proxy"],
  },
  {
    name: "8000 is rejected, and nobody saw by which ICMP code",
    replay: {
      receivers: [
        on(8000, {
          ...failed("unreachable"),
          outcome: { kind: "unreachable", rttMs: 1 },
          evidence: { codeSeen: false },
        }),
      ],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-prohibits"], // the address answers on 443, so neither it nor a route is missing
    remedies: ["open-port", "register-by-proxy"],
  },
  {
    name: "8000 is refused while the site's web server answers",
    replay: { receivers: [on(8000, failed("refused"))] },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["receiver-off", "container-port-unpublished", "firewall-refuses"],
    remedies: ["start-receiver", "publish-port", "open-port"],
  },
  {
    name: "IPv6 comes first and is dead on 8000",
    replay: {
      https: web(failed("silent", v6), https("verified", number)),
      http: web(failed("silent", v6), http("verified", number)),
      receivers: [on(8000, failed("silent", v6), verified)],
    },
    broken: "connection",
    symptom: "connection-stalled",
    causes: ["ipv6-dead"],
    remedies: ["register-with-address", "fix-ipv6"],
    canRegister: true,
  },
  {
    name: "the first of two IPv4 addresses is dead everywhere",
    replay: {
      https: web(failed("silent", "10.0.0.4"), https("verified", number)),
      http: web(failed("silent", "10.0.0.4"), http("verified", number)),
      receivers: [on(8000, failed("silent", "10.0.0.4"), verified)],
    },
    broken: "web",
    symptom: "web-stalled",
    causes: ["first-address-dead"],
    remedies: ["register-with-port", "register-with-address"],
  },
  {
    name: "TLS is inspected",
    replay: { receivers: [on(8000, receiver("foreign-certificate", tls))] },
    broken: "tls",
    symptom: "foreign-certificate",
    causes: ["tls-inspection", "reverse-proxy", "other-service-on-port"],
    remedies: ["exempt-from-inspection"],
  },
  {
    name: "IPv6 leads to another machine, IPv4 to the receiver",
    replay: { receivers: [on(8000, receiver("foreign-certificate", tls, v6), verified)] },
    broken: "tls",
    symptom: "foreign-certificate",
    causes: ["address-leads-elsewhere"],
    remedies: ["register-with-address"],
  },
  {
    name: "plain HTTP on 8000",
    replay: { receivers: [on(8000, receiver("plaintext", { saw: "HTTP 200 without TLS" }))] },
    broken: "tls",
    symptom: "plaintext",
    causes: ["other-service-on-port", "reverse-proxy"],
    remedies: ["see-what-listens"],
  },
  {
    name: "SSH on 8000",
    replay: { receivers: [on(8000, receiver("wrong-service", { saw: "SSH-2.0-x" }))] },
    broken: "tls",
    symptom: "wrong-service",
    causes: ["other-service-on-port"],
    remedies: ["see-what-listens", "look-up-port"],
  },
  {
    name: "TLS fails on 8000",
    replay: { receivers: [on(8000, receiver("tls-failed"))] },
    broken: "tls",
    symptom: "tls-failed",
    causes: ["other-service-on-port", "tls-inspection"],
    remedies: ["see-what-listens"],
  },
  {
    name: "accepted on 8000, then closed",
    replay: { receivers: [on(8000, receiver("closed"))] },
    broken: "tls",
    symptom: "accepted-then-closed",
    causes: ["balancer-without-backend", "receiver-ill", "middlebox-answers"],
    remedies: ["see-what-listens", "start-receiver"],
  },
  {
    name: "accepted on 8000, then silence",
    replay: { receivers: [on(8000, receiver("unanswered"))] },
    broken: "tls",
    symptom: "accepted-then-silent",
    causes: ["receiver-ill", "middlebox-answers"],
    remedies: ["start-receiver"],
  },
  {
    name: "a certificate out of its dates",
    replay: { receivers: [on(8000, receiver("certificate-expired", tls))] },
    broken: "tls",
    symptom: "certificate-expired",
    causes: ["clock-or-certificate"],
    remedies: ["compare-clocks"],
  },
  {
    name: "another site's receiver",
    replay: { receivers: [on(8000, receiver("wrong-site", { ...tls, site: "other" }))] },
    broken: "site",
    symptom: "other-site",
    causes: ["ports-mixed-up"],
    remedies: ["use-other-site", "look-up-port"],
  },
  {
    name: "the certificate of the site, whose path is not known there",
    replay: { receivers: [on(8000, receiver("wrong-site", { ...tls, saw: "agent receiver without this site" }))] },
    broken: "site",
    symptom: "site-path-unknown",
    causes: ["path-changed-on-the-way", "ports-mixed-up"],
    remedies: ["see-what-listens", "look-up-port"],
  },
  {
    name: "TLS of the site, then silence",
    replay: { receivers: [on(8000, receiver("unanswered", tls))] },
    broken: "site",
    symptom: "receiver-silent",
    causes: ["receiver-ill"],
    remedies: ["start-receiver"],
  },
  {
    name: "502 in the receiver's place",
    replay: { receivers: [on(8000, receiver("not-ready", { ...tls, saw: "HTTP 502" }))] },
    broken: "site",
    symptom: "receiver-not-ready",
    causes: ["receiver-ill", "reverse-proxy"],
    remedies: ["start-receiver", "see-what-listens"],
  },
  {
    name: "the way back is dropped",
    replay: { wayBack: seen(failed("silent")) },
    broken: "way-back",
    symptom: "way-back-failed",
    causes: ["firewall-drops", "agent-allows-others-only"],
    remedies: ["open-way-back", "allow-the-site"],
    canRegister: true,
    works: ["discovery", "receiver"],
  },
  {
    name: "the way back is prohibited",
    replay: { wayBack: seen(failed("prohibited")) },
    broken: "way-back",
    symptom: "way-back-failed",
    causes: ["firewall-prohibits"],
    remedies: ["open-way-back"],
    canRegister: true,
  },
  {
    name: "the agent turns the site away",
    replay: { wayBack: seen(agent("closed")) },
    broken: "way-back",
    symptom: "agent-turns-away",
    causes: ["agent-allows-others-only"],
    remedies: ["allow-the-site"],
    canRegister: true,
  },
  {
    name: "SSH on 6556",
    replay: { wayBack: seen(agent("wrong-service")) },
    broken: "way-back",
    symptom: "agent-wrong-service",
    causes: ["agent-port-taken"],
    remedies: ["see-what-listens"],
    canRegister: true,
  },
  {
    name: "a name that the controller refuses, although it resolves",
    subject: { addresses: ["cmk_1.example.com"] },
    broken: "name",
    symptom: "server-refused",
    causes: ["name-not-for-controller"],
    remedies: ["register-with-address", "rename-server"],
    canRegister: false,
  },
  {
    name: "an address with a zone, which the controller refuses",
    subject: { addresses: ["fe80::5%eth0"] },
    replay: {
      https: web(https("verified", number, "fe80::5%eth0")),
      http: web(http("verified", number, "fe80::5%eth0")),
      receivers: [on(8000, receiver("verified", tls, "fe80::5%eth0"))],
    },
    broken: "name",
    symptom: "server-refused",
    causes: ["name-not-for-controller"],
    remedies: ["rename-server"],
  },
  {
    name: "the given port is closed, and discovery names another",
    replay: {
      ...withPort,
      receivers: [on(8001, failed("refused")), on(8000, verified)],
      aside: [{ port: 443, ...web(https("verified", number)) }],
    },
    subject: { expectedPort: 8001, expectedFrom: "option" },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["given-port-wrong"],
    remedies: ["register-with-port", "look-up-port"],
    works: ["receiver", "way-back"],
  },
  {
    name: "the given port is another site's, and discovery names the right one",
    replay: {
      ...withPort,
      receivers: [on(8001, receiver("wrong-site", { ...tls, site: "other" })), on(8000, verified)],
      aside: [{ port: 443, ...web(https("verified", number)) }],
    },
    subject: { expectedPort: 8001, expectedFrom: "option" },
    broken: "site",
    symptom: "other-site",
    causes: ["given-port-wrong"],
    remedies: ["register-with-port", "use-other-site"],
  },
  {
    name: "the web server has another port, as the topology says, and it names the receiver's",
    replay: {
      ...closedWeb("refused"),
      aside: [{ port: 8080, ...web(http("verified", { receiverPort: 8001 })) }],
      receivers: [on(8000, failed("refused")), on(8001, verified)],
    },
    subject: { otherWebPorts: [8080], plainWebPorts: [8080] },
    broken: "web",
    symptom: "web-closed",
    causes: ["web-server-on-other-port", "web-server-off"],
    remedies: ["register-with-port"],
    works: ["receiver", "way-back"],
  },
  {
    name: "443 is another web server's, and Checkmk's has another port",
    replay: {
      https: web(https("other-answer", { saw: "HTTP 404" })),
      http: web(failed("refused")),
      aside: [{ port: 8080, ...web(http("verified", number)) }],
    },
    subject: { otherWebPorts: [8080], plainWebPorts: [8080] },
    broken: "discovery",
    symptom: "discovery-not-found",
    causes: ["web-server-on-other-port"],
    remedies: ["register-with-port"],
  },
  {
    name: "8000 is rejected with port unreachable by a router",
    replay: {
      receivers: [on(8000, { ...failed("refused"), evidence: { reporter: "10.0.1.1", icmpCode: "3/3" } })],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-rejects"],
    remedies: ["open-port", "register-by-proxy"],
    never: ["start-receiver", "start-site", "publish-port"],
  },
  {
    name: "8000 is reset from nearer than 443 answers",
    replay: {
      https: web({ ...https("verified", number), evidence: { ...https("verified", number).evidence, ttl: 62 } }),
      receivers: [on(8000, { ...failed("refused"), evidence: { ttl: 63 } })],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-rejects"],
    remedies: ["open-port"],
    never: ["start-receiver"],
  },
  {
    name: "8000 is unreachable, says a router at once, while 443 of this address works",
    replay: {
      receivers: [
        on(8000, {
          address: v4,
          outcome: { kind: "unreachable", rttMs: 0.5 },
          evidence: { reporter: "10.0.1.1", icmpCode: "3/1" },
        }),
      ],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["firewall-prohibits"],
    remedies: ["open-port"],
    never: ["look-at-server"],
  },
  {
    name: "8000 is forwarded to a machine that is off, while 443 works",
    replay: {
      receivers: [
        on(8000, {
          address: v4,
          outcome: { kind: "unreachable", rttMs: 3050 },
          evidence: { reporter: v4, icmpCode: "3/1" },
        }),
      ],
    },
    broken: "connection",
    symptom: "connection-failed",
    causes: ["forward-leads-nowhere"],
    remedies: ["look-at-forward"],
    never: ["look-at-server", "open-port"],
  },
  {
    name: "large segments are lost on the way to 8000",
    replay: { receivers: [on(8000, receiver("unanswered", { stalledAfter: "client-hello", smallAnswered: true }))] },
    broken: "tls",
    symptom: "accepted-then-silent",
    causes: ["large-segments-lost"],
    remedies: ["mend-segment-size"],
  },
  {
    name: "large segments are lost on the way to the web server",
    replay: {
      https: web(https("unanswered", { stalledAfter: "client-hello", smallAnswered: true })),
      http: web(failed("silent")),
    },
    broken: "discovery",
    symptom: "discovery-silent",
    causes: ["large-segments-lost"],
    remedies: ["register-with-port", "mend-segment-size"],
  },
  {
    name: "the web server sends discovery to a machine that is dropped",
    replay: { https: sentOn(failed("silent", far)), http: web(failed("refused")) },
    broken: "discovery",
    symptom: "redirect-lost",
    causes: ["firewall-drops", "redirected-elsewhere"],
    remedies: ["register-with-port", "open-port", "mend-redirect"],
    works: ["web", "receiver", "way-back"],
  },
  {
    name: "the web server sends discovery to a name that does not resolve",
    replay: {
      https: sentOn({
        outcome: { kind: "unsent", cause: "name", detail: "portal does not exist (ENOTFOUND)" },
        evidence: {},
      }),
      http: web(failed("refused")),
    },
    broken: "discovery",
    symptom: "redirect-lost",
    causes: ["name-not-in-this-dns", "redirected-elsewhere"],
    remedies: ["register-with-port", "look-up-name", "mend-redirect"],
  },
  {
    name: "the machine that a redirect names has a login page",
    replay: {
      https: sentOn(https("other-answer", { saw: 'HTTP 200 "Sign in"' }, far)),
      http: web(failed("refused")),
    },
    broken: "discovery",
    symptom: "discovery-login-page",
    causes: ["login-in-between"],
    remedies: ["register-with-port"],
  },
  {
    name: "more redirects than the controller follows",
    replay: {
      https: web(
        https("other-answer", { onward: { via: Array<string>(11).fill("https://cmk/x"), left: 0, end: "too-many" } }),
      ),
      http: web(failed("refused")),
    },
    broken: "discovery",
    symptom: "redirect-endless",
    causes: ["redirect-loop"],
    remedies: ["register-with-port", "mend-redirect"],
  },
  {
    name: "the way back is rejected by a router, which is not normal before the registration",
    replay: {
      wayBack: seen({ ...failed("refused", "10.0.2.1"), evidence: { reporter: "10.0.1.1", icmpCode: "3/3" } }),
    },
    broken: "way-back",
    symptom: "way-back-failed",
    causes: ["firewall-rejects"],
    remedies: ["open-way-back"],
    canRegister: true,
  },
  {
    name: "the way back is reset from nearer than the host's echo replies",
    replay: {
      wayBack: seen({ ...failed("refused", "10.0.2.1"), evidence: { ttl: 64 } }),
      wayBackEcho: seen({ address: "10.0.2.1", outcome: { kind: "open", rttMs: 1 }, evidence: { ttl: 63 } }),
    },
    broken: "way-back",
    symptom: "way-back-failed",
    causes: ["firewall-rejects"],
    remedies: ["open-way-back"],
    canRegister: true,
  },
];

describe("what is broken", () => {
  it.each(cases)("$name", ({ replay = {}, subject: also = {}, broken, symptom, causes, remedies, ...rest }) => {
    const found = diagnose({ ...subject, ...also }, { ...healthy, ...replay });
    expect(found).toMatchObject({ verdict: "broken", firstBroken: broken });
    expect(symptoms(found)[broken ?? "name"]).toBe(symptom);
    expect(found.causes.slice(0, causes?.length)).toEqual(causes);
    expect(found.remedies[0]).toBe(remedies[0]);
    expect(found.remedies).toEqual(expect.arrayContaining([...remedies]));
    expect(found.remedies.length).toBeLessThanOrEqual(6);
    for (const one of rest.never ?? []) expect(found.remedies).not.toContain(one);
    if (rest.canRegister !== undefined) expect(found.canRegister).toBe(rest.canRegister);
    if (rest.works !== undefined) expect(found.stillWorks).toEqual(rest.works);
  });

  it("twin: with nothing of that, all works", () => {
    const found = diagnose(subject, healthy);
    expect(found).toMatchObject({ verdict: "works", canRegister: true, causes: [], remedies: ["register-now"] });
    expect(found.steps.map(({ state }) => state)).toEqual(Array(8).fill("ok"));
    expect(found).not.toHaveProperty("firstBroken");
  });
});

describe("what works, with something to know", () => {
  it.each<[string, Partial<Replay>, StepName, string]>([
    ["443 is dropped, 80 works", { https: web(failed("silent")) }, "web", "web-partly-open"],
    [
      "80 redirects to https",
      { http: web(http("verified", { saw: "redirects to https" })) },
      "discovery",
      "port-advertised",
    ],
    ["http gives a page, https the port", { http: web(http("other-answer")) }, "discovery", "port-advertised-once"],
    ["https gives a page, http the port", { https: web(https("other-answer")) }, "discovery", "port-advertised-once"],
    [
      "the site has another port than expected, and it works",
      {
        https: web(https("verified", { receiverPort: 8001 })),
        receivers: [on(8001, verified), on(8000, failed("refused"))],
      },
      "port",
      "port-differs",
    ],
    [
      "IPv6 first and refused at once",
      { receivers: [on(8000, failed("refused", v6), verified)] },
      "connection",
      "connected-partly",
    ],
    [
      "no route for IPv6 here",
      { receivers: [on(8000, failed("no-route", v6), verified)] },
      "connection",
      "connected-partly",
    ],
    ["IPv6 last and dead", { receivers: [on(8000, verified, failed("silent", v6))] }, "connection", "connected-partly"],
    [
      "IPv6 first and dead on 443",
      { https: web(failed("silent", v6), https("verified", number)) },
      "web",
      "web-partly-open",
    ],
    [
      "the machine that a redirect names gives the port",
      { https: sentOn(https("verified", number, far)) },
      "discovery",
      "port-advertised-elsewhere",
    ],
    [
      "6556 is reset from as far as the host's echo replies",
      {
        wayBack: seen({ ...failed("refused", "10.0.2.1"), evidence: { ttl: 63 } }),
        wayBackEcho: seen({ address: "10.0.2.1", outcome: { kind: "open", rttMs: 1 }, evidence: { ttl: 63 } }),
      },
      "way-back",
      "nothing-listens-yet",
    ],
    ["6556 refuses before the registration", { wayBack: seen(failed("refused")) }, "way-back", "nothing-listens-yet"],
    ["the agent answers in plain text", { wayBack: seen(agent("unencrypted")) }, "way-back", "agent-unencrypted"],
    ["the agent has a shared secret", { wayBack: seen(agent("shared-secret")) }, "way-back", "agent-needs-secret"],
    ["the agent is slow", { wayBack: seen(agent("unanswered")) }, "way-back", "agent-slow"],
  ])("%s", (_, replay, name, symptom) => {
    const found = diagnose(subject, { ...healthy, ...replay });
    expect(found).toMatchObject({ verdict: "works", canRegister: true });
    expect(symptoms(found)[name]).toBe(symptom);
  });

  it.each(["push", "none"] as const)("a host with agent: %s needs no way back", (mode) => {
    const of = (wayBack: Observation) => diagnose({ ...subject, agent: mode }, { ...healthy, wayBack });
    expect(symptoms(of(seen(failed("silent"))))["way-back"]).toBe("closed-as-expected");
    expect(symptoms(of(seen(agent("verified"))))["way-back"]).toBe("open-unexpectedly");
    expect(of(seen(failed("silent"))).verdict).toBe("works");
  });

  it("several addresses of a topology are several choices: a dead one holds up nobody", () => {
    const replay = { ...healthy, receivers: [on(8000, failed("silent", v6), verified)] };
    expect(diagnose({ ...subject, addresses: [v6, v4] }, replay).verdict).toBe("works");
    expect(diagnose(subject, replay)).toMatchObject({ verdict: "broken", firstBroken: "connection" });
  });

  it.each([
    [["cmk_1", "10.0.0.5"], undefined, "10.0.0.5"],
    [["cmk.example.com."], undefined, "cmk.example.com"],
    [["old.example.com", "cmk.example.com"], ["old.example.com"], "cmk.example.com"],
    [["cmk_1"], undefined, v4],
  ])("of %j (without an address: %j), %s is what to register with", (addresses, unresolved, registerAs) => {
    const replay = { ...healthy, ...(unresolved === undefined ? {} : { unresolved }) };
    expect(diagnose({ ...subject, addresses }, replay)).toMatchObject({ registerAs });
  });

  it("the name is refused on the server as well, where nothing is sent to it", () => {
    const replay: Replay = { receivers: [], serverOnly: true, wayBack: seen(agent("verified")) };
    expect(diagnose({ ...subject, addresses: ["cmk_1"] }, replay)).toMatchObject({ firstBroken: "name" });
  });

  it("a port that is given leaves discovery out", () => {
    const found = diagnose(subject, { receivers: healthy.receivers, wayBackSkipped: "not-asked-here" });
    expect(symptoms(found)).toMatchObject({
      web: "port-given",
      discovery: "port-given",
      port: "port-given",
      site: "site-answered",
    });
    expect(found).toMatchObject({ verdict: "works", remedies: ["register-now", "try-way-back"] });
  });
});

describe("what nobody can know", () => {
  it("a look-up that could not be started says nothing of the name", () => {
    const https = nameless("cmk could not be looked up: getaddrinfo EMFILE");
    expect(diagnose(subject, { ...healthy, https, receivers: [] })).toMatchObject({ verdict: "undecided" });
  });

  const unsent = (cause: "vantage" | "aborted"): Observation =>
    seen({ outcome: { kind: "unsent", cause, detail: "it broke off" }, evidence: {} });
  it.each<[string, Replay, StepName, string]>([
    [
      "the vantage point broke off",
      { ...healthy, https: plainly(unsent("vantage")), http: plainly(unsent("vantage")), receivers: [] },
      "name",
      "not-sent",
    ],
    [
      "no route from here",
      {
        ...healthy,
        https: web(failed("no-route")),
        http: web(failed("no-route")),
        receivers: [on(8000, failed("no-route"))],
      },
      "web",
      "not-sent",
    ],
    ["only the way back could not be sent", { ...healthy, wayBack: unsent("vantage") }, "way-back", "not-sent"],
  ])("%s", (_, replay, name, symptom) => {
    const found = diagnose(subject, replay);
    expect(found.verdict).toBe("undecided");
    expect(found).not.toHaveProperty("firstBroken");
    expect(symptoms(found)[name]).toBe(symptom);
  });

  it("the way back alone, from the server, leaves open whether the agent can register", () => {
    const replay: Replay = { receivers: [], serverOnly: true, wayBack: seen(agent("verified")) };
    expect(diagnose(subject, replay)).toMatchObject({ verdict: "undecided", remedies: ["run-on-host"] });
    const broken = diagnose(subject, { ...replay, wayBack: seen(failed("silent")) });
    expect(broken).toMatchObject({ verdict: "broken", firstBroken: "way-back" });
    expect(broken).not.toHaveProperty("canRegister");
  });
});
