import type { ServiceEvidence } from "../../model/service.ts";
import { type Facts, target } from "../text/wording.ts";

/** What a service said, for the end of a sentence: `: agent controller with TLS, certificate by "Site 'main' local CA"`. */
export function answerOf({ evidence: { service } }: Facts): string {
  if (service === undefined) return "";
  const parts = [service.saw, certificateOf(service)].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function certificateOf({ certificate }: ServiceEvidence): string | undefined {
  return certificate === undefined ? undefined : `certificate of "${certificate.subject}" by "${certificate.issuer}"`;
}

const connected = (facts: Facts) => `${facts.from} connected to ${target(facts)}`;

/** Sentences for the reasons that rest on what a service said. No full stop. */
export const serviceMessages = {
  "accepted-then-closed": (facts: Facts) =>
    `${connected(facts)}, which accepted the connection and closed it without an answer${answerOf(facts)}`,
  "wrong-service": (facts: Facts) =>
    `${connected(facts)}, but something else than ${facts.service} answered${answerOf(facts)}`,
  "wrong-site": (facts: Facts) =>
    `${connected(facts)}, but ${siteOf(facts)} answered instead of the expected one${answerOf(facts)}`,
  "foreign-certificate": (facts: Facts) =>
    `${connected(facts)}, but the TLS certificate is not that of ${facts.service}${answerOf(facts)}`,
  "plaintext-instead-of-tls": (facts: Facts) =>
    `${connected(facts)}, but plain text came instead of TLS${answerOf(facts)}`,
  "tls-failed": (facts: Facts) => `${connected(facts)}, but no TLS connection came about${answerOf(facts)}`,
  "service-unencrypted": (facts: Facts) =>
    `${connected(facts)}, and the service answered in plain text${answerOf(facts)}`,
  "service-needs-secret": (facts: Facts) =>
    `${connected(facts)}, and the agent answered, encrypted with a shared secret${answerOf(facts)}`,
  "service-not-ready": (facts: Facts) =>
    `${facts.from} reached ${target(facts)}, which is not ready to serve${answerOf(facts)}`,
  "unexpected-answer": (facts: Facts) =>
    `${connected(facts)}, but the answer is not the one that ${facts.service} gives${answerOf(facts)}`,
  "certificate-expired": (facts: Facts) =>
    `${connected(facts)}, and the service answered with a certificate that ${validityOf(facts)}${answerOf(facts)}`,
  "clock-differs": (facts: Facts) =>
    `${facts.from} got the time from ${target(facts)}, which is ${clockOf(facts)} the clock of ${facts.from}`,
  "everything-open": (facts: Facts) =>
    `${connected(facts)}, but port ${facts.evidence.canary?.port ?? "nobody should hold"} of the same address, which is in no list, accepts connections as well`,
} as const;

function siteOf({ evidence: { service } }: Facts): string {
  return service?.site === undefined ? "another site" : `the site ${service.site}`;
}

function validityOf({ evidence: { service } }: Facts): string {
  const { validFrom = "", validTo = "" } = service?.certificate ?? {};
  return `is valid from ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)} only`;
}

function clockOf({ evidence: { service } }: Facts): string {
  const offsetMs = service?.clockOffsetMs ?? 0;
  return `${(Math.abs(offsetMs) / 1000).toFixed(1)} s ${offsetMs > 0 ? "ahead of" : "behind"}`;
}

/** Where to look first, for the same reasons. */
export const serviceAdvices = {
  "accepted-then-closed": ({ from, to, requirement }: Facts) =>
    requirement === "agent"
      ? `On ${to}, see whether the agent allows ${from} (\`only_from\`, \`cmk-agent-ctl status\` shows the IP allowlist) and whether it is registered.`
      : `See on ${to} which addresses the service allows, and whether it runs at all behind whatever accepts there.`,
  "wrong-service": ({ to, port }: Facts) =>
    `See on ${to} which program holds port ${port ?? ""} (\`ss -tlnp\`), and whether the address leads to the right machine.`,
  "wrong-site": ({ to }: Facts) =>
    `Compare the ports of the sites on ${to} (\`omd config SITE show\`) with \`ports:\` in the topology; registration needs the port of its own site.`,
  "foreign-certificate": ({ from, to }: Facts) =>
    `The issuer above names who ends the TLS connection. An inspecting firewall: exempt ${from} to ${to}. A reverse proxy, or another service on the port: let the connection pass it untouched.`,
  "plaintext-instead-of-tls": ({ to }: Facts) => `See on ${to} whether TLS is switched on for this service and port.`,
  "tls-failed": ({ to, address, port }: Facts) =>
    `Try \`openssl s_client -connect ${address.includes(":") ? `[${address}]` : address}:${port ?? ""}\` and read the service's log on ${to}.`,
  "service-unencrypted": ({ to, requirement }: Facts) =>
    requirement === "agent"
      ? `Register the agent on ${to} (\`cmk-agent-ctl register\`), or write \`agent: legacy\` if plain text is wanted.`
      : `Switch on TLS for this service on ${to}, if the path is not trusted.`,
  "service-needs-secret": ({ to }: Facts) => `The path is open. Better register ${to} for TLS than share a secret.`,
  "service-not-ready": ({ to }: Facts) => `The path is open. Start the service on ${to} (\`omd status\` for a site).`,
  "unexpected-answer": ({ to }: Facts) =>
    `The path is open. See what answers on ${to}: a proxy, a login page or a site of another name.`,
  "certificate-expired": ({ from, to }: Facts) => `Renew the certificate on ${to}, or set the clock of ${from} right.`,
  "clock-differs": ({ from }: Facts) => `Set the clock of ${from} (\`chronyc tracking\`, \`timedatectl\`).`,
  "everything-open": ({ from, to }: Facts) =>
    `Something between ${from} and ${to} accepts every connection: ask the service with its own client before you trust this.`,
} as const;
