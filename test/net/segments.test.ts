import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen, play, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10).v4;
const ports = { https: 443, livestatus: 6557, agent: 6556, mute: 8443 };
const topology = topologyOf({
  hosts: [quietHost("box", host)],
  requirements: [
    { from: "server", to: "box", tcp: ports.https, service: "https" },
    { from: "server", to: "box", tcp: ports.livestatus, service: "livestatus" },
    { from: "server", to: "box", tcp: ports.agent, service: "checkmk-agent" },
    { from: "server", to: "box", tcp: ports.mute, service: "https" },
  ],
});

const runs: Partial<Record<"answers" | "questions" | "mended", Checked>> = {};
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  const part = { address: "::", site: "main", receiverPort: 8000 };
  await play(lab, "hosts", [
    { ...part, service: "https", port: ports.https },
    { ...part, service: "livestatus", port: ports.livestatus },
    { ...part, service: "agent", port: ports.agent },
  ]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: ports.mute }]);
  const run = () => check(lab, topology, { args: ["--section", "extra", "--timeout", "2s", "--no-controls"] });
  await setFirewall(lab, [`ip saddr ${host} meta length > 600 drop`]); // certificates vanish, alerts do not
  runs.answers = await run();
  await setFirewall(lab, [`ip daddr ${host} meta length > 200 drop`]); // so do greetings of the usual size
  runs.questions = await run();
  await setFirewall(lab, []);
  runs.mended = await run();
});

const seen = (run: keyof typeof runs, service: keyof typeof ports) =>
  resultOf(runs[run] as Checked, { protocol: "tcp", port: ports[service] });

describe.each(["answers", "questions"] as const)("a path that loses large %s", (run) => {
  test.each(["https", "livestatus"] as const)("%s falls silent, and a short question is answered", (service) => {
    const shown = seen(run, service);
    const { evidence } = shown;
    expect(inShort(shown)).toBe("open fail no-service-answer observed");
    expect(evidence.service).toMatchObject({
      finding: "unanswered",
      stalledAfter: "client-hello",
      smallAnswered: true,
    });
    expect(evidence.service?.sentBytes).toBeGreaterThan(200);
  });

  test("what is silent to both is told apart", () => {
    expect(seen(run, "mute").evidence.service).toMatchObject({ finding: "unanswered", smallAnswered: false });
  });

  test("an agent, whose first word is short, answers", () => {
    expect(seen(run, "agent").evidence.service).toMatchObject({ finding: "verified" });
  });
});

test("the same path without the rule", () => {
  for (const service of ["https", "livestatus", "agent"] as const) {
    expect(seen("mended", service)).toMatchObject({ verdict: "pass", reason: "service-answered" });
  }
  expect(inShort(seen("mended", "mute"))).toBe("open fail no-service-answer observed");
  expect(seen("mended", "mute").evidence.service).toMatchObject({ finding: "unanswered", smallAnswered: false });
});
