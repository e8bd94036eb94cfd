import { expect, it } from "vitest";
import { paceOf } from "./pace.ts";
import type { WireLog } from "./wire-log.ts";

const log = (over: Partial<WireLog> = {}): WireLog => ({
  tls: "none",
  hasReceived: () => false,
  sentBytes: () => 0,
  silentMs: () => 200.4,
  longestWaitMs: () => 0,
  ...over,
});
const sent = { sentBytes: () => 40 };
const answered = { hasReceived: () => true };

it.each([
  ["nothing had to be sent", log(), "connect"],
  ["the TLS greeting was sent", log({ ...sent, tls: "begun" }), "client-hello"],
  ["a part of its answer came", log({ ...sent, ...answered, tls: "begun" }), "server-hello"],
  ["the question was sent", log(sent), "question"],
  ["the question was sent under TLS", log({ ...sent, ...answered, tls: "secured" }), "question"],
])("silence after %s", (_name, first, stalledAfter) => {
  const pace = { stalledAfter, sentBytes: first.sentBytes(), waitedMs: 200 };
  expect(paceOf({ finding: "unanswered" }, [first, log(answered)])).toEqual(pace);
});

it("an answer that came late is slow, and its twin in time is not", () => {
  const waited = (ms: number) => log({ ...answered, longestWaitMs: () => ms });
  expect(paceOf({ finding: "verified" }, [waited(40), waited(5_000.2)])).toEqual({ slow: true, waitedMs: 5_000 });
  expect(paceOf({ finding: "verified" }, [waited(4_999)])).toEqual({});
  expect(paceOf({ finding: "verified" }, [waited(5_000)], 30_000)).toEqual({});
});
