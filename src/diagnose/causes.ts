import type { CauseName, StepName, Symptom } from "../model/registration/doctor.ts";
import type { Clues } from "./clues.ts";

type Rule = readonly [cause: CauseName, when: (clues: Clues) => boolean];

const showed =
  (...symptoms: readonly Symptom[]) =>
  ({ symptom }: Clues): boolean =>
    symptoms.includes(symptom);
const always = (): boolean => true;
const prohibited = ({ kinds }: Clues): boolean => kinds.has("prohibited");
const codeUnseen = ({ codeUnseen: isUnseen, unreachableAlive }: Clues): boolean =>
  isUnseen && unreachableAlive === undefined;
const refused = (clues: Clues): boolean => clues.refused;
const rejected = (clues: Clues): boolean => clues.rejected;
const silent = ({ kinds }: Clues): boolean => kinds.has("silent");
const ruledOut = ({ unreachableAlive }: Clues): boolean => unreachableAlive === "by-rule";
const forwarded = ({ unreachableAlive }: Clues): boolean => unreachableAlive === "behind-forward";
const unreachable = ({ kinds, unreachableAlive }: Clues): boolean =>
  kinds.has("unreachable") && unreachableAlive === undefined;
const lostBySize = (clues: Clues): boolean => clues.lostBySize;
const both =
  (...conditions: readonly Rule[1][]) =>
  (clues: Clues): boolean =>
    conditions.every((one) => one(clues));
const either =
  (...conditions: readonly Rule[1][]) =>
  (clues: Clues): boolean =>
    conditions.some((one) => one(clues));
const not =
  (condition: Rule[1]) =>
  (clues: Clues): boolean =>
    !condition(clues);
const stalled = showed("web-stalled", "connection-stalled");
/** Discovery or the receiver itself answered for the site, so this site exists. */
const siteProven = ({ discoveryWorks, receiverWorks, receiverElsewhere }: Clues): boolean =>
  discoveryWorks || receiverWorks || receiverElsewhere;
const saidStopped = (clues: Clues): boolean => clues.saidStopped;
/** The answer that counts is another machine's, which did not come. */
const redirected = showed("discovery-redirects", "redirect-lost");
const lost = showed("redirect-lost");
const toldElsewhere = ({ toldAside, subject }: Clues): boolean =>
  toldAside !== undefined && subject.otherWebPorts.includes(toldAside.webPort);
const givenWrong = ({ toldAside, subject }: Clues): boolean =>
  toldAside !== undefined && subject.expectedFrom === "option" && toldAside.receiverPort !== subject.expectedPort;
const onlyV6 = ({ onlyV6Fails }: Clues): boolean => onlyV6Fails;
const elsewhere = ({ otherAddressWorks }: Clues): boolean => otherAddressWorks;
const proxy = ({ proxySet }: Clues): boolean => proxySet;

/**
 * The causes of each broken step, the likelier first. What a rule looks at was seen; that it is the cause is a guess
 * from experience (docs/notes/receiver-registration.md), and the report says so.
 */
const rules = {
  name: [
    ["name-not-for-controller", showed("server-refused")],
    ["resolver-down", showed("resolver-silent")],
    ["name-misspelt", showed("name-unknown")],
    ["name-not-in-this-dns", showed("name-unknown")],
  ],
  web: [
    ["ipv6-dead", both(stalled, onlyV6)],
    ["first-address-dead", both(stalled, not(onlyV6))],
    ["web-server-on-other-port", toldElsewhere],
    ["firewall-prohibits", either(prohibited, ruledOut)],
    ["firewall-rejects", rejected],
    ["forward-leads-nowhere", forwarded],
    ["rejected-on-the-way", codeUnseen],
    ["web-server-on-other-port", ({ subject, kinds }) => subject.otherWebPorts.length > 0 && kinds.size > 0],
    ["proxy-needed", both(proxy, not(stalled))],
    ["host-down-or-wrong-address", both(({ quiet }) => quiet, not(stalled))],
    ["firewall-drops", both(silent, not(stalled))],
    ["web-server-off", refused],
    ["firewall-refuses", refused],
    ["web-server-on-other-port", both(refused, ({ subject }) => subject.otherWebPorts.length === 0)],
    ["no-route", unreachable],
  ],
  discovery: [
    ["address-leads-elsewhere", elsewhere],
    ["web-server-on-other-port", toldElsewhere],
    ["large-segments-lost", lostBySize],
    ["name-not-in-this-dns", ({ hopUnresolved }) => hopUnresolved],
    ["firewall-prohibits", both(redirected, either(prohibited, ruledOut))],
    ["firewall-rejects", both(redirected, rejected)],
    ["forward-leads-nowhere", both(redirected, forwarded)],
    ["host-down-or-wrong-address", both(lost, unreachable)],
    ["firewall-drops", both(redirected, silent)],
    ["web-server-off", both(redirected, refused)],
    ["firewall-refuses", both(redirected, refused)],
    ["no-route", both(redirected, unreachable)],
    ["redirect-loop", showed("redirect-endless")],
    ["redirected-elsewhere", lost],
    ["site-stopped", showed("site-not-started")],
    ["balancer-without-backend", both(showed("site-not-started"), not(saidStopped))],
    ["site-misspelt", both(showed("discovery-not-found"), not(siteProven))],
    ["other-web-server", showed("discovery-not-found")],
    ["login-in-between", showed("discovery-login-page", "discovery-no-number")],
    ["proxy-needed", both(proxy, showed("discovery-closed", "discovery-silent", "discovery-tls-failed"))],
    ["balancer-without-backend", showed("discovery-closed", "discovery-silent")],
    ["tls-inspection", showed("discovery-tls-failed")],
    ["site-misspelt", both(showed("discovery-login-page", "discovery-no-number"), not(siteProven))],
    ["other-web-server", showed("discovery-login-page", "discovery-no-number", "discovery-not-http")],
    ["middlebox-answers", showed("discovery-silent")],
    ["other-web-server", showed("discovery-tls-failed", "discovery-closed")],
  ],
  port: [
    ["discovery-outdated", always],
    ["ports-mixed-up", always],
  ],
  connection: [
    ["ipv6-dead", both(stalled, onlyV6)],
    ["first-address-dead", both(stalled, not(onlyV6))],
    ["given-port-wrong", both(givenWrong, not(stalled))],
    ["firewall-prohibits", either(prohibited, ruledOut)],
    ["firewall-rejects", rejected],
    ["forward-leads-nowhere", forwarded],
    ["rejected-on-the-way", codeUnseen],
    ["firewall-has-other-port", both(({ portDiffers }) => portDiffers, not(stalled), not(refused), not(forwarded))],
    ["discovery-outdated", ({ portDiffers, receiverElsewhere }) => portDiffers && receiverElsewhere],
    ["host-down-or-wrong-address", both(({ quiet }) => quiet, not(stalled))],
    ["firewall-drops", both(silent, not(stalled))],
    ["site-stopped", both(refused, ({ discoveryWorks }) => !discoveryWorks)],
    ["receiver-off", refused],
    ["container-port-unpublished", refused],
    ["firewall-refuses", refused],
    ["no-route", unreachable],
    ["proxy-needed", both(proxy, not(stalled), not(refused))],
  ],
  tls: [
    ["address-leads-elsewhere", elsewhere],
    ["given-port-wrong", givenWrong],
    ["large-segments-lost", lostBySize],
    ["tls-inspection", showed("foreign-certificate")],
    ["reverse-proxy", showed("foreign-certificate")],
    ["other-service-on-port", showed("foreign-certificate", "plaintext", "wrong-service", "tls-failed")],
    ["reverse-proxy", showed("plaintext")],
    ["tls-inspection", showed("tls-failed")],
    ["clock-or-certificate", showed("certificate-expired")],
    ["balancer-without-backend", showed("accepted-then-closed")],
    ["receiver-ill", showed("accepted-then-closed", "accepted-then-silent")],
    ["middlebox-answers", showed("accepted-then-closed", "accepted-then-silent")],
    ["other-service-on-port", showed("accepted-then-silent")],
  ],
  site: [
    ["address-leads-elsewhere", elsewhere],
    ["given-port-wrong", givenWrong],
    ["large-segments-lost", lostBySize],
    ["ports-mixed-up", showed("other-site")],
    ["path-changed-on-the-way", showed("site-path-unknown")],
    ["ports-mixed-up", showed("site-path-unknown")],
    ["site-misspelt", both(showed("other-site", "receiver-odd-answer"), not(siteProven))],
    ["receiver-ill", showed("receiver-not-ready", "receiver-silent", "receiver-odd-answer")],
    ["reverse-proxy", showed("receiver-not-ready", "receiver-odd-answer")],
  ],
  "way-back": [
    ["firewall-prohibits", prohibited],
    ["firewall-rejects", rejected],
    ["rejected-on-the-way", codeUnseen],
    ["firewall-drops", silent],
    ["agent-allows-others-only", both(silent, not(prohibited))],
    [
      "host-down-or-wrong-address",
      both(({ kinds }) => kinds.has("silent") || kinds.has("unreachable"), not(prohibited)),
    ],
    ["no-route", unreachable],
    ["agent-allows-others-only", showed("agent-turns-away")],
    ["agent-port-taken", showed("agent-wrong-service")],
  ],
} as const satisfies Record<StepName, readonly Rule[]>;

/** The likely causes of a broken or undecided step, the likeliest first, each once. */
export function causesOf(name: StepName, clues: Clues): CauseName[] {
  const list: readonly Rule[] = rules[name];
  return [...new Set(list.filter(([, when]) => when(clues)).map(([cause]) => cause))];
}
