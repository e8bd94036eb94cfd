import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { observeRecorded } from "./observe.ts";
import { scriptPlanOf } from "./orders.ts";

/** A handshake that openssl made for a script: nothing else was sent, so nothing else was left unanswered. */
it.each(["https", "tls", "agent-receiver"] as const)("secured and nothing more: %s", async (name) => {
  const spec = { kind: "tcp", port: 8443, service: { name, site: "main" } } as never;
  const plan = { flows: [], probes: [{ id: "p", from: "a", target: "192.0.2.1", spec, mayConfirm: true }] } as never;
  const { orders } = await scriptPlanOf(plan, "a", { version: "1", seed: "ab".repeat(16), timeoutMs: 2000 });
  const pem = execFileSync(
    "sh",
    [
      "-c",
      "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=main -outform DER 2>/dev/null | od -An -v -tx1 | tr -d ' \\n'",
    ],
    { encoding: "utf8" },
  );
  const facts = [
    { kind: "open", afterUs: 10 },
    { kind: "secured", step: 1, afterUs: 20, protocol: "TLSv1.3", certificates: [pem] },
  ] as never;
  const seen = await observeRecorded({
    order: orders[0]!,
    spec,
    seed: "ab".repeat(16),
    flow: { number: 1, places: [{ address: "192.0.2.1", facts }] },
    whyHome: () => undefined,
  });
  expect(seen.answers[0]?.evidence.service?.finding).not.toBe("unanswered");
  if (name === "tls") expect(seen.answers[0]?.evidence.service?.finding).toBe("verified");
  if (name === "https") expect(seen.answers[0]?.evidence).toEqual({});
  if (name === "agent-receiver") expect(seen.answers[0]?.evidence.service?.finding).toBe("foreign-certificate"); // told by the certificate alone
});
