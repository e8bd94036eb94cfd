import { describe, expect, it } from "vitest";
import {
  causeNameSchema,
  type Diagnosis,
  remedyNameSchema,
  type Sighting,
  type Symptom,
  stepNameSchema,
  symptomSchema,
  worksSchema,
} from "../../model/registration/doctor.ts";
import { registrationSchema } from "../../model/registration/registration.ts";
import { describeRegistration, renderRegistrationJson } from "./record.ts";
import { phraseSighting } from "./sighting.ts";
import { renderRegistrationText } from "./text.ts";

const sighting: Sighting = {
  port: 8000,
  address: "fd00::5",
  outcome: { kind: "silent", waitedMs: 3500 },
  evidence: {},
};
const diagnosis: Diagnosis = {
  subject: {
    server: "cmk",
    addresses: ["fd00::5"],
    site: "main",
    host: "web01",
    hostAddresses: ["10.0.2.1"],
    agent: "pull",
    agentPort: 6556,
    expectedPort: 8000,
    expectedFrom: "default",
    otherWebPorts: [8443],
    plainWebPorts: [],
    proxies: ["https_proxy"],
    topology: "my topology.yaml",
  },
  verdict: "broken",
  canRegister: false,
  firstBroken: "connection",
  advertisedPort: 8000,
  usablePort: 8001,
  usableAddress: "fd00::6",
  otherSite: "lab",
  steps: [{ name: "connection", state: "broken", symptom: "connection-failed", sightings: [sighting] }],
  stillWorks: worksSchema.options,
  causes: causeNameSchema.options,
  remedies: remedyNameSchema.options,
};
const bare: Diagnosis = {
  subject: {
    server: "cmk",
    addresses: ["cmk"],
    site: "main",
    hostAddresses: [],
    agent: "push",
    agentPort: 6556,
    expectedPort: 8000,
    expectedFrom: "option",
    otherWebPorts: [],
    plainWebPorts: [],
    proxies: ["http_proxy"], // without one it is no cause
  },
  verdict: "broken",
  steps: [],
  stillWorks: worksSchema.options,
  causes: causeNameSchema.options,
  remedies: remedyNameSchema.options,
};
const circumstances = {
  version: "0.0.0",
  startedAt: new Date("2026-01-01T12:00:00Z"),
  durationMs: 3600,
  interrupted: false,
};
const describeIt = (one: Diagnosis) => describeRegistration(one, circumstances);

describe("every code has words", () => {
  const everySymptom = (one: Diagnosis): Diagnosis => ({
    ...one,
    steps: symptomSchema.options.flatMap((symptom) =>
      stepNameSchema.options.map((name) => ({ name, state: "broken" as const, symptom, sightings: [] })),
    ),
  });
  it.each([
    ["with all that can be known", everySymptom(diagnosis)],
    ["with as little as can be known", everySymptom(bare)],
  ])("%s", (_, one) => {
    const record = describeIt(one);
    expect(registrationSchema.parse(JSON.parse(renderRegistrationJson(record)))).toEqual(record);
    const sentences = [...record.steps, ...record.stillWorks, ...record.causes, ...record.remedies].map(
      ({ message }) => message,
    );
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^\S.*[.:]$/);
      expect(sentence).not.toMatch(/undefined|NaN|\bnull\b|\(\)| {2}|\.\./);
    }
    for (const command of record.remedies.flatMap(({ commands }) => commands)) {
      expect(command).not.toMatch(/undefined|NaN|\bnull\b/);
    }
  });
});

describe("commands can be copied", () => {
  const commands = (one: Diagnosis) => describeIt(one).remedies.flatMap((remedy) => remedy.commands);
  it("IPv6 is in brackets, quoted; files with blanks are quoted", () => {
    expect(commands(diagnosis)).toEqual(
      expect.arrayContaining([
        "cmk-agent-ctl register --hostname web01 --server '[fd00::5]' --site main --user USER",
        "cmk-agent-ctl register --hostname web01 --server '[fd00::6]:8001' --site main --user USER",
        "portmatrix doctor registration 'my topology.yaml' --host web01 --from cmk",
      ]),
    );
  });

  it("the question by hand follows redirects as the controller does, by the scheme that is open", () => {
    const asks = (one: Diagnosis) => commands(one).filter((command) => command.startsWith("curl "));
    const web = (port: number): Diagnosis["steps"][number] => ({
      name: "web",
      state: "ok",
      symptom: "web-open",
      sightings: [{ ...sighting, port, outcome: { kind: "open", rttMs: 1 } }],
    });
    const follow = "--location --max-redirs 10 --proto '=http,https' --proto-redir '=http,https'";
    for (const [port, scheme] of [
      [443, "https"],
      [80, "http"],
    ] as const) {
      const all = asks({ ...diagnosis, steps: [web(port)] });
      expect(all.length).toBeGreaterThan(1);
      for (const one of all)
        expect(one).toContain(`curl --noproxy '*' --insecure ${follow} '${scheme}://[fd00::5]/main/`);
    }
  });

  it("none has a server that the controller refuses", () => {
    const subject = { ...diagnosis.subject, addresses: ["cmk_1"] };
    const all = (registerAs: string | undefined) =>
      commands({ ...diagnosis, subject, ...(registerAs === undefined ? {} : { registerAs }) }).filter((one) =>
        one.includes("cmk-agent-ctl register"),
      );
    for (const one of all("10.0.0.5")) expect(one).toMatch(/--server ('\[fd00::6\]|10\.0\.0\.5)/);
    for (const one of all(undefined)) expect(one).toMatch(/--server ('\[fd00::6\]|SERVER)/);
  });

  it("none is broken by the width of the text, and other lines keep it", () => {
    const record = describeIt(diagnosis);
    const lines = renderRegistrationText(record, { width: 60, colour: false }).split("\n");
    for (const command of record.remedies.flatMap((remedy) => remedy.commands)) {
      expect(lines.map((line) => line.trim())).toContain(command);
    }
    const others = lines.filter((line) => !line.startsWith("       "));
    expect(others.filter((line) => line.length > 60)).toEqual([]);
  });
});

describe("the text", () => {
  it("has no colour and no sign beyond ASCII where that is not wanted", () => {
    const plain = renderRegistrationText(describeIt(diagnosis), { width: 100, colour: false, unicode: false });
    expect(plain).toMatch(/^[\n -~]*$/);
    const coloured = renderRegistrationText(describeIt(diagnosis), { width: 100, colour: true });
    expect(coloured).toContain("\u001B[1;31mBROKEN\u001B[0m");
  });

  it("names an address once", () => {
    const subject = { ...diagnosis.subject, server: "fd00::5" };
    const [named, unnamed] = [diagnosis, { ...diagnosis, subject }].map((one) =>
      renderRegistrationText(describeIt(one), { width: 400, colour: false }),
    );
    expect(named).toContain("opened from web01 to cmk (fd00::5), on every firewall");
    expect(unnamed).toContain("opened from web01 to fd00::5, on every firewall");
  });

  it("lets nothing of a foreign text through that a terminal would obey", () => {
    const evil = { name: "agent-receiver", finding: "wrong-service", saw: "\u001B]0;owned\u0007\u202Etxt" } as const;
    const seen: Sighting = { ...sighting, outcome: { kind: "open", rttMs: 1 }, evidence: { service: evil } };
    const step = { name: "tls", state: "broken", symptom: "wrong-service", sightings: [seen] } as const;
    const record = describeIt({ ...diagnosis, firstBroken: "tls", steps: [step] });
    const text = renderRegistrationText(record, { width: 100, colour: false }) + renderRegistrationJson(record);
    for (const sign of ["\u001B", "\u0007", "\u202E"]) expect(text).not.toContain(sign);
    expect(text).toContain("owned");
  });
});

it.each<[Partial<Sighting>, string]>([
  [{}, "[fd00::5]:8000 no answer within 3.5 s"],
  [{ outcome: { kind: "refused", rttMs: 0.4 } }, "[fd00::5]:8000 refused after 0.4 ms"],
  [
    { outcome: { kind: "prohibited", rttMs: 0.4 }, evidence: { reporter: "fd00::1", icmpCode: "1/1" } },
    "[fd00::5]:8000 prohibited by fd00::1 (ICMP 1/1), after 0.4 ms",
  ],
  [
    { outcome: { kind: "unreachable", rttMs: 0.4 }, evidence: { errno: "EHOSTUNREACH", codeSeen: false } },
    "[fd00::5]:8000 unreachable (EHOSTUNREACH only, the ICMP code was not seen), after 0.4 ms",
  ],
  [{ outcome: { kind: "unsent", cause: "no-route", detail: "no route" } }, "[fd00::5]:8000 not sent: no route"],
  [
    { outcome: { kind: "silent", waitedMs: 1000 }, url: "https://portal/x", port: 443, isOutside: true },
    "https://portal/x, outside of the topology: [fd00::5]:443 no answer within 1 s",
  ],
  [{ outcome: { kind: "open", rttMs: 2 } }, "[fd00::5]:8000 open, handshake in 2 ms"],
])("a sighting in words: %j", (part, words) => {
  expect(phraseSighting({ ...sighting, ...part })).toBe(words);
});

describe("a step of which one address answers and another does not", () => {
  const open = { kind: "open", rttMs: 1 } as const;
  const agent = { service: { name: "checkmk-agent", finding: "verified" } } as const;
  const at = (address: string, part: Partial<Sighting>): Sighting => ({ ...sighting, address, ...part });
  const message = (name: "connection" | "way-back", symptom: Symptom, sightings: Sighting[]) =>
    describeIt({ ...diagnosis, steps: [{ name, state: "ok", symptom, sightings }] }).steps[0]?.message;

  it("says which", () => {
    expect(message("connection", "connected-partly", [at("fd00::5", {}), at("10.0.0.5", { outcome: open })])).toMatch(
      /On 8000 IPv4 10\.0\.0\.5 accepts connections, IPv6 fd00::5 does not\.$/,
    );
    const back = [at("fd00::7", { port: 6_556 }), at("10.0.0.7", { port: 6_556, outcome: open, evidence: agent })];
    expect(message("way-back", "agent-answered", back)).toMatch(
      /On 6556 IPv4 10\.0\.0\.7 answers as an agent, IPv6 fd00::7 does not\.$/,
    );
  });
  it("twin: where both answer, or neither does, there is nothing to say", () => {
    for (const outcome of [open, sighting.outcome])
      expect(
        message("connection", "connected", [at("fd00::5", { outcome }), at("10.0.0.5", { outcome })]),
      ).not.toContain(" On 8000");
  });
});

describe("a certificate outside its dates", () => {
  const certificate = {
    subject: "main",
    issuer: "Site 'main' local CA",
    altNames: [],
    validFrom: "2020-01-01T00:00:00.000Z",
    validTo: "2021-01-01T00:00:00.000Z",
  };
  const shown = (finding: "certificate-expired" | "foreign-certificate"): Sighting => ({
    ...sighting,
    outcome: { kind: "open", rttMs: 1 },
    evidence: { service: { name: "agent-receiver", finding, certificate } },
  });

  it("is told with its dates, what to compare, and no word of another program", () => {
    const step = { name: "tls", state: "broken", symptom: "certificate-expired" } as const;
    const { steps, causes, remedies } = describeIt({
      ...diagnosis,
      firstBroken: "tls",
      steps: [{ ...step, sightings: [shown("certificate-expired")] }],
      causes: ["clock-or-certificate"],
      remedies: ["compare-clocks"],
    });
    expect(steps.map(({ message }) => message)).toEqual([
      `The certificate is not valid now: only from 2020-01-01 to 2021-01-01. Its certificate is signed by "Site 'main' local CA".`,
    ]);
    expect(phraseSighting(shown("certificate-expired"))).toContain("valid from 2020-01-01 to 2021-01-01");
    expect(phraseSighting(shown("foreign-certificate"))).not.toContain("2020");
    expect(JSON.stringify([causes, remedies])).toMatch(/clock.*date -u/);
    expect(JSON.stringify(remedies)).not.toContain("ss -tlnp");
  });
});

it.each([
  [["open"], ["refused"], "443 is open, 80 is not; one is enough."],
  [["refused"], ["open"], "80 is open, 443 is not; one is enough."],
  [["refused", "open"], ["open", "open"], "80 is open, 443 is not at every address; one is enough."],
  [["refused", "open"], ["open", "refused"], "Not all of them are open, but the controller finds one that is."],
] as const)("443 %j and 80 %j: %s", (at443, at80, said) => {
  const seen = (port: number, kinds: readonly ("open" | "refused")[]): Sighting[] =>
    kinds.map((kind, at) => ({ port, address: `10.0.0.${at}`, outcome: { kind, rttMs: 1 }, evidence: {} }));
  const web = { name: "web", state: "note", symptom: "web-partly-open" } as const;
  const steps = [{ ...web, sightings: [...seen(443, at443), ...seen(80, at80)] }];
  const phrased = describeIt({ ...diagnosis, steps });
  expect(phrased.steps[0]?.message).toContain(said);
});
