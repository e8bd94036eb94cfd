import { describe, expect, it } from "vitest";
import type { ServiceSpec } from "../model/service.ts";
import type { Draft } from "./expand.ts";
import { merge } from "./merge.ts";

const draft = (id: string, port: number, service?: ServiceSpec, from = "web01"): Draft => ({
  flow: {
    id,
    section: "2.2",
    requirement: "any",
    service: "Any",
    short: "Any",
    purpose: "any",
    from,
    to: "cmk",
    address: "10.0.0.5",
    protocol: "tcp",
    port,
    expect: "open",
    probe: "",
  },
  spec: { kind: "tcp", port, ...(service === undefined ? {} : { service }) },
  mayConfirm: true,
});
const main: ServiceSpec = { name: "agent-receiver", site: "main" };
const lab: ServiceSpec = { name: "agent-receiver", site: "lab" };

/** Flow id → id of the probe that serves it. */
const probesOf = (...drafts: Draft[]) =>
  Object.fromEntries(merge(drafts, (node) => node).flows.map((f) => [f.id, f.probe]));

describe("merge and services", () => {
  it("one service is asked once", () => {
    const { probes } = merge([draft("a", 8000, main), draft("b", 8000, main)], (node) => node);
    expect(probes.map(({ id, spec }) => [id, spec])).toEqual([
      ["web01->10.0.0.5/tcp/8000/agent-receiver/main", { kind: "tcp", port: 8000, service: main }],
    ]);
  });

  it.each([
    ["before", [draft("a", 8000), draft("b", 8000, main)]],
    ["after", [draft("b", 8000, main), draft("a", 8000)]],
  ])("a bare handshake shares the connection that asks the service, if it comes %s it", (_, drafts) => {
    const { probes } = merge(drafts, (node) => node);
    expect(probes.map(({ spec }) => spec)).toEqual([{ kind: "tcp", port: 8000, service: main }]);
  });

  it("two sites are two questions, and a bare handshake joins the same one always", () => {
    const expected = {
      a: "web01->10.0.0.5/tcp/8000/agent-receiver/main",
      b: "web01->10.0.0.5/tcp/8000/agent-receiver/lab",
      c: "web01->10.0.0.5/tcp/8000/agent-receiver/lab",
    };
    const drafts = [draft("a", 8000, main), draft("b", 8000, lab), draft("c", 8000)];
    expect(probesOf(...drafts)).toEqual(expected);
    expect(probesOf(...drafts.toReversed())).toEqual(expected);
  });

  it("other senders and ports stay for themselves", () => {
    expect(probesOf(draft("a", 8000, main), draft("b", 8001), draft("c", 8000, undefined, "web02"))).toEqual({
      a: "web01->10.0.0.5/tcp/8000/agent-receiver/main",
      b: "web01->10.0.0.5/tcp/8001",
      c: "web02->10.0.0.5/tcp/8000",
    });
  });
});
