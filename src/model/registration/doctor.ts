import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { inspectionSchema } from "../inspection.ts";
import { evidenceSchema, outcomeSchema } from "../outcome.ts";

const port = portSchema();

/** What the agent controller does, in its order; the last one is the site's own connection to the agent. */
export const stepNameSchema = z.enum(["name", "web", "discovery", "port", "connection", "tls", "site", "way-back"]);
export type StepName = z.infer<typeof stepNameSchema>;

/** How a step went. `note` works, with something to know; `undecided` means that this side could not send. */
export const stepStateSchema = z.enum(["ok", "note", "broken", "undecided", "skipped"]);
export type StepState = z.infer<typeof stepStateSchema>;

/** Stable codes for what a step showed; each belongs to the steps named beside it. */
export const symptomSchema = z.enum([
  // any step
  "not-sent",
  "not-reached", // skipped because an earlier step failed
  "not-asked-here", // has to be sent from another machine
  "port-given", // discovery and port: `--server HOST:PORT` skips them
  // name
  "literal",
  "resolved",
  "some-names-unknown",
  "name-unknown",
  "server-refused", // the controller turns the name down before it sends anything
  "some-servers-refused",
  "resolver-silent",
  // web
  "web-open",
  "web-partly-open",
  "web-closed",
  "web-stalled", // the first address is silent, and the controller's time ends before it tries the next
  // discovery
  "port-advertised",
  "port-advertised-elsewhere", // after redirects that the controller follows
  "port-advertised-once", // by one of http and https only
  "site-not-started",
  "discovery-not-found",
  "discovery-login-page",
  "discovery-redirects", // 80 sends the controller to https, which does not answer
  "redirect-lost", // the web server sends the controller where nobody answers
  "redirect-endless", // more redirects than the controller follows
  "discovery-no-number",
  "discovery-not-http",
  "discovery-closed",
  "discovery-silent",
  "discovery-tls-failed",
  // port
  "port-as-expected",
  "port-differs",
  "port-stale", // the advertised port leads nowhere, the expected one to the site
  // connection
  "connected",
  "connected-partly",
  "connection-failed",
  "connection-stalled", // the first address is silent, a later one works
  // tls
  "site-certificate",
  "foreign-certificate",
  "certificate-expired",
  "plaintext",
  "wrong-service",
  "tls-failed",
  "accepted-then-closed",
  "accepted-then-silent",
  // site
  "site-answered",
  "other-site",
  "site-path-unknown", // the certificate is of the wanted site, and the path of its receiver is not known there
  "receiver-not-ready",
  "receiver-odd-answer",
  "receiver-silent",
  // way-back
  "agent-answered",
  "agent-unencrypted",
  "agent-needs-secret",
  "agent-slow",
  "nothing-listens-yet",
  "closed-as-expected",
  "open-unexpectedly",
  "way-back-failed",
  "agent-turns-away",
  "agent-wrong-service",
  "host-unknown",
]);
export type Symptom = z.infer<typeof symptomSchema>;

/** Why a step is broken, as far as these results usually have this cause. */
export const causeNameSchema = z.enum([
  "name-not-for-controller",
  "name-misspelt",
  "name-not-in-this-dns",
  "resolver-down",
  "firewall-drops",
  "firewall-prohibits",
  "firewall-refuses",
  "rejected-on-the-way", // only an error number is known, which several ICMP codes share
  "host-down-or-wrong-address",
  "no-route",
  "web-server-on-other-port",
  "web-server-off",
  "proxy-needed",
  "site-stopped",
  "site-misspelt",
  "other-web-server",
  "login-in-between",
  "tls-inspection",
  "balancer-without-backend",
  "redirected-elsewhere",
  "redirect-loop",
  "given-port-wrong",
  "firewall-rejects", // an ICMP message or a reset that is not the server's
  "forward-leads-nowhere",
  "large-segments-lost",
  "path-changed-on-the-way",
  "discovery-outdated",
  "ports-mixed-up",
  "firewall-has-other-port",
  "receiver-off",
  "container-port-unpublished",
  "ipv6-dead",
  "address-leads-elsewhere",
  "first-address-dead",
  "reverse-proxy",
  "other-service-on-port",
  "middlebox-answers",
  "clock-or-certificate",
  "receiver-ill",
  "agent-allows-others-only",
  "agent-port-taken",
]);
export type CauseName = z.infer<typeof causeNameSchema>;

/** The documented ways out. */
export const remedyNameSchema = z.enum([
  "register-now",
  "register-with-port",
  "register-with-address",
  "register-by-proxy",
  "register-with-http-proxy",
  "ask-without-proxy",
  "look-up-name",
  "rename-server",
  "look-up-port",
  "open-port",
  "start-web-server",
  "start-site",
  "start-receiver",
  "publish-port",
  "restart-site-apache",
  "use-other-site",
  "exempt-from-inspection",
  "mend-redirect",
  "look-at-forward",
  "mend-segment-size",
  "see-what-listens",
  "compare-clocks",
  "fix-ipv6",
  "open-way-back",
  "allow-the-site",
  "look-at-server",
  "run-on-host",
  "try-way-back",
]);
export type RemedyName = z.infer<typeof remedyNameSchema>;

/** One answer of one address to one probe. */
export const sightingSchema = z.strictObject({
  port,
  address: z.string().optional(), // absent where the name did not resolve
  outcome: outcomeSchema,
  evidence: evidenceSchema,
  /** The redirect that led there, without login and query; and whether the topology names no such machine. */
  url: z.string().optional(),
  isOutside: z.literal(true).optional(),
  /** What the machine that was asked says of itself (`--inspect`). */
  inspection: inspectionSchema.optional(),
});
export type Sighting = z.infer<typeof sightingSchema>;

/** Whose registration is replayed. */
export const subjectSchema = z.strictObject({
  server: z.string(), // as the user calls it
  /** What may stand behind `cmk-agent-ctl register --server`: one address or name, or several from a topology. */
  addresses: z.array(z.string()).min(1),
  site: z.string(),
  host: z.string().optional(),
  hostAddresses: z.array(z.string()),
  agent: z.enum(["pull", "legacy", "push", "none"]),
  agentPort: port,
  expectedPort: port,
  expectedFrom: z.enum(["option", "topology", "default"]),
  /** The topology's web server ports, where they are not those that the controller asks. */
  otherWebPorts: z.array(port),
  /** Those of the topology's web server ports that speak plain HTTP. */
  plainWebPorts: z.array(port),
  /** Names of the proxy variables that are set where the probes start; known on this machine only. */
  proxies: z.array(z.string()),
  topology: z.string().optional(),
});
export type Subject = z.infer<typeof subjectSchema>;

/** One step and what it showed, without words. */
export interface Step {
  name: StepName;
  state: StepState;
  symptom: Symptom;
  sightings: readonly Sighting[];
}

/** What works although a step is broken, or for the healthy case what was proven. */
export const worksSchema = z.enum(["web", "discovery", "receiver", "receiver-elsewhere", "way-back"]);
export type Works = z.infer<typeof worksSchema>;

/** The opinion about a replay, in codes. */
export interface Diagnosis {
  subject: Subject;
  verdict: "works" | "broken" | "undecided";
  canRegister?: boolean;
  firstBroken?: StepName;
  /** The port that discovery gave. */
  advertisedPort?: number;
  /** The port that discovery gave where this controller does not ask, and where that was. */
  toldAside?: { webPort: number; receiverPort: number };
  /** The port and address where the site's own receiver answered correctly. */
  usablePort?: number;
  usableAddress?: string;
  /** What to write behind `--server`: a name or address that the controller takes and that means something there. */
  registerAs?: string;
  /** The site that answered in the wanted one's place. */
  otherSite?: string;
  steps: readonly Step[];
  stillWorks: readonly Works[];
  causes: readonly CauseName[];
  remedies: readonly RemedyName[];
}
