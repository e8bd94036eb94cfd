import { describe, expect, it } from "vitest";
import type { Diagnosis, Replay, StepName, Subject } from "../model/doctor.ts";
import type { Answer, Evidence, Observation, Outcome } from "../model/outcome.ts";
import type { Finding, TcpServiceName } from "../model/service.ts";
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
const number = { receiverPort: 8000 };
const tls = { tlsVersion: "TLSv1.3" };
const verified = receiver("verified", tls);
const unresolved = (detail: string): Observation =>
  seen({ outcome: { kind: "unsent", cause: "name", detail }, evidence: {} });

const healthy: Replay = {
  https: seen(https("verified", number)),
  http: seen(http("verified", number)),
  receivers: [{ port: 8000, observation: seen(verified) }],
  wayBack: seen(agent("verified")),
};
const on = (port: number, ...answers: [Answer, ...Answer[]]) => ({ port, observation: seen(...answers) });
const closedWeb = (kind: keyof typeof outcomes) => ({ https: seen(failed(kind)), http: seen(failed(kind)) });
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
  canRegister?: boolean;
  works?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "the name does not exist",
    replay: {
      https: unresolved("cmk.example.com does not exist, says the resolver of this machine (ENOTFOUND)"),
      http: unresolved("cmk.example.com does not exist, says the resolver of this machine (ENOTFOUND)"),
      receivers: [],
    },
    broken: "name",
    symptom: "name-unknown",
    causes: ["name-misspelt", "name-not-in-this-dns"],
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
      https: seen(https("not-ready", { saw: "site main is not started" })),
      http: seen(http("not-ready")),
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
      https: seen(https("not-ready", { saw: `HTTP ${status} "Bad Gateway" from nginx` })),
      http: seen(http("not-ready", { saw: `HTTP ${status}` })),
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
      https: seen(https("other-answer", { saw: "HTTP 404" })),
      http: seen(http("other-answer", { saw: "HTTP 404" })),
      receivers: [on(8000, receiver("wrong-site", { ...tls, site: "other" }))],
    },
    broken: "discovery",
    symptom: "discovery-not-found",
    causes: ["site-misspelt", "other-web-server"],
    remedies: ["look-up-port"],
  },
  {
    name: "a login page instead of a port, 8000 works",
    replay: {
      https: seen(https("other-answer", { saw: 'HTTP 200, "Sign in"' })),
      http: seen(http("other-answer", { saw: "HTTP 302" })),
    },
    broken: "discovery",
    symptom: "discovery-login-page",
    causes: ["login-in-between"],
    remedies: ["register-with-port", "ask-without-proxy"],
    works: ["web", "receiver", "way-back"],
  },
  {
    name: "80 sends on to https, which is dropped",
    replay: { https: seen(failed("silent")), http: seen(http("verified", { saw: "redirects to https" })) },
    broken: "discovery",
    symptom: "discovery-redirects",
    causes: ["firewall-drops"],
    remedies: ["register-with-port", "open-port"],
  },
  {
    name: "https cannot agree on TLS, http is closed",
    replay: { https: seen(https("tls-failed")), http: seen(failed("refused")) },
    broken: "discovery",
    symptom: "discovery-tls-failed",
    causes: ["tls-inspection", "other-web-server"],
    remedies: ["register-with-port", "exempt-from-inspection"],
  },
  {
    name: "a balancer accepts on 443 and has nothing behind it",
    replay: { https: seen(https("closed")), http: seen(failed("silent")) },
    broken: "discovery",
    symptom: "discovery-closed",
    causes: ["balancer-without-backend"],
    remedies: ["register-with-port"],
  },
  {
    name: "discovery tells an old port, the receiver has the expected one",
    replay: {
      https: seen(https("verified", { receiverPort: 8001 })),
      http: seen(http("verified", { receiverPort: 8001 })),
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
      https: seen(https("verified", { receiverPort: 8001 })),
      http: seen(http("verified", { receiverPort: 8001 })),
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
    causes: ["rejected-on-the-way", "no-route"],
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
      https: seen(failed("silent", v6), https("verified", number)),
      http: seen(failed("silent", v6), http("verified", number)),
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
      https: seen(failed("silent", "10.0.0.4"), https("verified", number)),
      http: seen(failed("silent", "10.0.0.4"), http("verified", number)),
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
    remedies: ["see-what-listens"],
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
    ["443 is dropped, 80 works", { https: seen(failed("silent")) }, "web", "web-partly-open"],
    [
      "80 redirects to https",
      { http: seen(http("verified", { saw: "redirects to https" })) },
      "discovery",
      "port-advertised",
    ],
    ["http gives a page, https the port", { http: seen(http("other-answer")) }, "discovery", "port-advertised-once"],
    ["https gives a page, http the port", { https: seen(https("other-answer")) }, "discovery", "port-advertised-once"],
    [
      "the site has another port than expected, and it works",
      {
        https: seen(https("verified", { receiverPort: 8001 })),
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
      { https: seen(failed("silent", v6), https("verified", number)) },
      "web",
      "web-partly-open",
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
  const unsent = (cause: "vantage" | "aborted"): Observation =>
    seen({ outcome: { kind: "unsent", cause, detail: "it broke off" }, evidence: {} });
  it.each<[string, Replay, StepName, string]>([
    [
      "the vantage point broke off",
      { ...healthy, https: unsent("vantage"), http: unsent("vantage"), receivers: [] },
      "name",
      "not-sent",
    ],
    [
      "the resolver is dead",
      {
        ...healthy,
        https: unresolved("the resolver of this machine gave no answer for cmk (EAI_AGAIN)"),
        receivers: [],
      },
      "name",
      "resolver-silent",
    ],
    [
      "no route from here",
      {
        ...healthy,
        https: seen(failed("no-route")),
        http: seen(failed("no-route")),
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
