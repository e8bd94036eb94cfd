import { type ServerFault, serverFault } from "../../model/registration/controller-server.ts";
import type { Diagnosis, Step, StepName, Symptom } from "../../model/registration/doctor.ts";
import { contrastOf } from "./address-contrast.ts";
import { datesOf, issuerOf } from "./certificate.ts";
import { listed } from "../text/wording.ts";

/** What each step is called. */
export const stepTitles = {
  name: "Name of the server",
  web: "TCP to 443 and 80",
  discovery: "Discovery of the receiver's port",
  port: "The advertised port",
  connection: "TCP to the agent receiver",
  tls: "TLS of the agent receiver",
  site: "The receiver's answer for the site",
  "way-back": "The way back",
} as const satisfies Record<StepName, string>;

type Say = (diagnosis: Diagnosis, step: Step) => string;

const say =
  (text: string): Say =>
  () =>
    text;

/** The port that steps 5 to 7 are about. */
export function receiverPort({ advertisedPort, subject }: Pick<Diagnosis, "advertisedPort" | "subject">): number {
  return advertisedPort ?? subject.expectedPort;
}

const addressesIn = ({ steps }: Diagnosis): string[] =>
  [
    ...new Set(
      steps.flatMap(({ name, sightings }) => (name === "way-back" ? [] : sightings.map((one) => one.address ?? ""))),
    ),
  ].filter((address) => address !== "");

const named = ({ subject }: Diagnosis): string => listed(subject.addresses);
const firstOf = ({ sightings }: Step): string => sightings[0]?.address ?? "the first address";
const sawOf = ({ sightings }: Step): string => {
  const saw = sightings.map(({ evidence }) => evidence.service?.saw).find((one) => one !== undefined && one !== "");
  return saw === undefined ? "" : ` (${saw})`;
};
/** Checkmk's own page says of a site that it is stopped; a gateway of another kind says only that nobody answered it. */
const saysStopped = ({ sightings }: Step): boolean =>
  sightings.some(({ evidence }) => evidence.service?.saw?.includes("is not started") === true);
/** What a second, short question showed. */
const ofSize = ({ sightings }: Step): string =>
  sightings.some(({ evidence }) => evidence.service?.smallAnswered === true)
    ? " A short request was answered there: packets are lost because of their size."
    : "";
const isSilent = ({ sightings }: Step, port: number): boolean =>
  sightings.filter((one) => one.port === port).every(({ outcome }) => outcome.kind === "silent");

/** Which of 443 and 80 works, where one of them works at every address. */
function oneOfTwo({ sightings }: Step): string {
  const open = (port: number) =>
    sightings.filter((one) => one.port === port).map(({ outcome }) => outcome.kind === "open");
  const works = [443, 80].find((port) => open(port).every(Boolean));
  if (works === undefined) return "Not all of them are open, but the controller finds one that is.";
  const other = works === 443 ? 80 : 443;
  return `${works} is open, ${other} is not${open(other).includes(true) ? " at every address" : ""}; one is enough.`;
}

/** `: refused`, `: prohibited by 10.0.0.1`: how it failed, if it failed in one way. */
function howOf({ sightings }: Step): string {
  const ways = new Set(
    sightings.map(({ outcome, evidence }) => {
      if (outcome.kind === "silent") return "no answer";
      return evidence.reporter === undefined ? outcome.kind : `${outcome.kind} by ${evidence.reporter}`;
    }),
  );
  return ways.size === 1 ? `: ${[...ways].join("")}` : "";
}

const expectedBy = ({ subject }: Diagnosis): string =>
  ({ option: "--port", topology: "the topology", default: "the default" })[subject.expectedFrom];

/** ` to https://portal/main/, which the topology does not name`: every redirect on the way, each once. */
const targetsOf = ({ sightings }: Step): string => {
  const outside = new Set(sightings.flatMap(({ url, isOutside }) => (isOutside === true ? (url ?? []) : [])));
  const urls = new Set(
    sightings.flatMap(({ url, evidence }) => [
      ...(url === undefined ? [] : [url]),
      ...(evidence.service?.onward?.via ?? []),
    ]),
  );
  const shown = [...urls].map((url) => (outside.has(url) ? `${url} (no machine of the topology)` : url));
  return shown.length === 0 ? "" : ` to ${listed(shown, 11)}`;
};

const faultWords = {
  underscore: "it has an underscore",
  "final-dot": "it ends with a dot",
  hyphen: "a part of it begins or ends with a hyphen",
  "too-long": "it has more than 253 characters, or a part of it more than 63",
  zone: "it has a zone (%)",
  "no-name": "it is neither an IPv4 address nor a host name",
} as const satisfies Record<ServerFault, string>;

/** `cmk_1: it has an underscore`, for all of them that the controller does not take. */
const refusedNames = ({ subject }: Diagnosis): string => {
  const faults = subject.addresses.map((one) => [one, serverFault(one)] as const);
  const refused = faults.flatMap(([one, fault]) => (fault === undefined ? [] : [`${one}: ${faultWords[fault]}`]));
  return refused.length === 0 ? "" : ` (${listed(refused)})`;
};

/** What each symptom means, in a sentence or two. */
const messages: Record<Symptom, Say> = {
  "not-sent": say("Nothing could be sent. This says nothing about the network."),
  "not-reached": ({ steps, firstBroken }) => {
    const at = steps.findIndex(({ name }) => name === firstBroken);
    return at === -1 ? "Skipped: an earlier step is inconclusive." : `Skipped because step ${at + 1} failed.`;
  },
  "not-asked-here": ({ subject }, { name }) =>
    name === "way-back"
      ? `Not tried: it has to start at ${subject.server}.`
      : `Not tried: it has to start at ${subject.host ?? "the host"}.`,
  "port-given": ({ subject }) => `Left out, as \`--server HOST:${subject.expectedPort}\` does.`,
  literal: (diagnosis) =>
    `${named(diagnosis)} ${diagnosis.subject.addresses.length === 1 ? "is an IP address" : "are IP addresses"}.`,
  resolved: (diagnosis) => `${named(diagnosis)} is ${listed(addressesIn(diagnosis), 6)} here.`,
  "server-refused": (diagnosis) =>
    `The agent controller refuses it before it sends anything${refusedNames(diagnosis)}.`,
  "some-servers-refused": (diagnosis) =>
    `One of the names and addresses is enough, but the agent controller refuses some${refusedNames(diagnosis)}.`,
  "some-names-unknown": (diagnosis) =>
    `Only some of ${named(diagnosis)} resolve here: ${listed(addressesIn(diagnosis), 6)}.`,
  "name-unknown": (diagnosis) => `${named(diagnosis)} does not resolve here.`,
  "resolver-silent": (diagnosis) => `The resolver gave no answer for ${named(diagnosis)}.`,
  "web-open": say("443 and 80 accept connections."),
  "web-partly-open": (_, step) =>
    isSilent(step, 443)
      ? "Only 80 is open. That is enough, but the controller first waits for 443, about half a minute."
      : oneOfTwo(step),
  "web-closed": (_, step) =>
    `Neither 443 nor 80 accepts a connection, so the controller cannot ask for the port${howOf(step)}.`,
  "web-stalled": (_, step) =>
    `${firstOf(step)} is silent, and the controller's 30 s are over before it tries the next address.`,
  "port-advertised": (diagnosis) =>
    `The receiver of the site ${diagnosis.subject.site} has port ${receiverPort(diagnosis)}.`,
  "port-advertised-once": (diagnosis) =>
    `The receiver of the site ${diagnosis.subject.site} has port ${receiverPort(diagnosis)}. One of https and http says so, which is enough.`,
  "port-advertised-elsewhere": (diagnosis, step) =>
    `The receiver of the site ${diagnosis.subject.site} has port ${receiverPort(diagnosis)}. The web server redirects${targetsOf(step)}, and the controller follows.`,
  "redirect-lost": (_, step) =>
    `The web server redirects${targetsOf(step)}. The controller follows, and gets no answer there.`,
  "redirect-endless": (_, step) =>
    `The web server keeps redirecting${targetsOf(step)}. The controller gives up after ten redirects.`,
  "site-not-started": ({ subject }, step) =>
    saysStopped(step)
      ? `The web server answers, but the site ${subject.site} is not started.`
      : `A web server answers, but the site ${subject.site} behind it does not${sawOf(step)}.`,
  "discovery-not-found": ({ subject }, step) =>
    `The web server does not know the discovery page of the site ${subject.site}${sawOf(step)}.`,
  "discovery-login-page": (_, step) => `A page came instead of a port number${sawOf(step)}.`,
  "discovery-redirects": say("Port 80 only redirects to https, and https does not answer."),
  "discovery-no-number": (_, step) => `The answer was not a port number${sawOf(step)}.`,
  "discovery-not-http": (_, step) => `What listens there is not the web server that is asked${sawOf(step)}.`,
  "discovery-closed": say("The connection was accepted and closed without an answer."),
  "discovery-silent": (_, step) => `The connection was accepted, and then no answer came.${ofSize(step)}`,
  "discovery-tls-failed": (_, step) => `The TLS handshake failed${sawOf(step)}.`,
  "port-as-expected": (diagnosis) => `${receiverPort(diagnosis)}, as expected (${expectedBy(diagnosis)}).`,
  "port-differs": (diagnosis) =>
    `${receiverPort(diagnosis)}, where ${diagnosis.subject.expectedPort} was expected (${expectedBy(diagnosis)}). The controller uses what it is told.`,
  "port-stale": (diagnosis) =>
    `Discovery says ${receiverPort(diagnosis)}, but the receiver of the site ${diagnosis.subject.site} answers on ${diagnosis.subject.expectedPort}.`,
  connected: (diagnosis) => `${receiverPort(diagnosis)} accepts connections.`,
  "connected-partly": (diagnosis) =>
    `${receiverPort(diagnosis)} accepts connections, but not at every address; the controller moves on at once.`,
  "connection-failed": (diagnosis, step) => `${receiverPort(diagnosis)} accepts no connection${howOf(step)}.`,
  "connection-stalled": (_, step) =>
    `${firstOf(step)} is silent. The controller waits there, on Linux for about two minutes, before it tries the next address (with \`--trust-cert\` it does not).`,
  "site-certificate": (_, step) => `TLS with a Checkmk site.${issuerOf(step)}`,
  "foreign-certificate": (_, step) => `TLS, but not with a Checkmk site.${issuerOf(step)}`,
  "certificate-expired": (_, step) => `The certificate is not valid now${datesOf(step)}.${issuerOf(step)}`,
  plaintext: (_, step) => `Plain text came instead of TLS${sawOf(step)}.`,
  "wrong-service": (_, step) => `Another service uses this port${sawOf(step)}.`,
  "tls-failed": (_, step) => `The TLS handshake failed${sawOf(step)}.`,
  "accepted-then-closed": say("The connection was accepted and closed without a byte of TLS."),
  "accepted-then-silent": (_, step) => `The connection was accepted, and then nothing came.${ofSize(step)}`,
  "site-answered": ({ subject }) => `The receiver of the site ${subject.site} answered correctly.`,
  "other-site": ({ subject, otherSite }) =>
    `This is the receiver of ${otherSite === undefined ? "another site" : `the site ${otherSite}`}, not of ${subject.site}.`,
  "site-path-unknown": ({ subject }) =>
    `The certificate is that of the site ${subject.site}, but the receiver behind it does not know the path /${subject.site}/agent-receiver (HTTP 404).`,
  "receiver-not-ready": (_, step) => `Something answers on the receiver's behalf that it is not ready${sawOf(step)}.`,
  "receiver-odd-answer": (_, step) => `The answer is not the receiver's${sawOf(step)}.`,
  "receiver-silent": (_, step) => `TLS was established, but then no answer came.${ofSize(step)}`,
  "agent-answered": say("The agent answers the site, with TLS."),
  "agent-unencrypted": say("The agent answers in plain text: it is not registered yet, or a legacy agent."),
  "agent-needs-secret": say("The agent answers, encrypted with a shared secret."),
  "agent-slow": say("The agent accepted the connection and sent nothing in time; it may be busy."),
  "nothing-listens-yet": say(
    "Refused, which is normal before the registration: the controller listens once it has a pull connection.",
  ),
  "closed-as-expected": ({ subject }) =>
    `Closed, as it should be: this host ${subject.agent === "push" ? "pushes" : "has no agent to query"}.`,
  "open-unexpectedly": ({ subject }) =>
    `Open, although this host ${subject.agent === "push" ? "pushes" : "has no agent"}; this does not affect the registration.`,
  "way-back-failed": ({ subject }, step) =>
    `The site cannot reach the agent of ${subject.host ?? "the host"} on ${subject.agentPort}${howOf(step)}.`,
  "agent-turns-away": say("The agent accepted the connection and closed it without a byte."),
  "agent-wrong-service": (_, step) => `Something other than the agent answers${sawOf(step)}.`,
  "host-unknown": say(
    "Not tried: say which host with `--host ADDRESS`, and run this on the server with `--from server`.",
  ),
};

/** What a step showed, for people. */
export function phraseStep(diagnosis: Diagnosis, step: Step): string {
  return `${messages[step.symptom](diagnosis, step)}${contrastOf(step)}`;
}

/** The outcome in one sentence. */
export function summarise({
  verdict,
  canRegister,
  firstBroken,
  subject,
  stillWorks,
  steps,
  usablePort,
}: Diagnosis): string {
  const who = subject.host ?? "An agent";
  const what = firstBroken === undefined ? "" : stepTitles[firstBroken];
  if (verdict === "works") return `${who} can register with the site ${subject.site}.`;
  if (verdict === "broken") {
    const number = steps.findIndex(({ name }) => name === firstBroken) + 1;
    const trouble = `step ${number} is broken: ${what}`;
    if (canRegister === undefined) return `Step ${number} is broken: ${what}.`;
    if (!canRegister) {
      const isThere = stillWorks.some((one) => one !== "web" && one.startsWith("receiver"));
      const other = steps.some(({ symptom }) => symptom === "port-given")
        ? `with port ${usablePort ?? ""}`
        : "with the port written out";
      const way = isThere ? `, except ${firstBroken === "name" ? "with another name or the address" : other}` : "";
      return `${who} cannot register with the site ${subject.site}${way}; ${trouble}.`;
    }
    return firstBroken === "way-back"
      ? `${who} can register with the site ${subject.site}, but the site cannot fetch its output; ${trouble}.`
      : `${who} can register with the site ${subject.site}, but only after a long wait; ${trouble}.`;
  }
  return `This run did not show whether ${subject.host ?? "an agent"} can register.`;
}
