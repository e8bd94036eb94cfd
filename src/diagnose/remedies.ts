import type { CauseName, RemedyName, StepName } from "../model/registration/doctor.ts";
import type { Clues } from "./clues.ts";

/** What ends each cause. */
const remedies = {
  "name-not-for-controller": ["rename-server"],
  "name-misspelt": ["look-up-name"],
  "name-not-in-this-dns": ["look-up-name", "register-with-address"],
  "resolver-down": ["look-up-name", "register-with-address"],
  "firewall-drops": ["open-port"],
  "firewall-prohibits": ["open-port"],
  "firewall-refuses": ["open-port"],
  "rejected-on-the-way": ["open-port"],
  "host-down-or-wrong-address": ["look-at-server", "open-port"],
  "no-route": ["look-at-server"],
  "web-server-on-other-port": ["register-with-port"],
  "web-server-off": ["start-web-server"],
  "proxy-needed": ["ask-without-proxy", "register-with-http-proxy"],
  "site-stopped": ["start-site"],
  "site-misspelt": ["look-up-port"],
  "other-web-server": ["look-up-port"],
  "login-in-between": ["ask-without-proxy", "register-with-port"],
  "tls-inspection": ["exempt-from-inspection"],
  "balancer-without-backend": ["see-what-listens"],
  "redirected-elsewhere": ["mend-redirect"],
  "redirect-loop": ["mend-redirect"],
  "given-port-wrong": ["look-up-port"],
  "firewall-rejects": ["open-port"],
  "forward-leads-nowhere": ["look-at-forward"],
  "large-segments-lost": ["mend-segment-size"],
  "path-changed-on-the-way": ["see-what-listens"],
  "discovery-outdated": ["look-up-port", "restart-site-apache"],
  "ports-mixed-up": ["look-up-port"],
  "firewall-has-other-port": ["look-up-port", "open-port"],
  "receiver-off": ["start-receiver"],
  "container-port-unpublished": ["publish-port"],
  "ipv6-dead": ["fix-ipv6"],
  "address-leads-elsewhere": ["register-with-address"],
  "first-address-dead": ["register-with-address"],
  "reverse-proxy": ["see-what-listens"],
  "other-service-on-port": ["see-what-listens", "look-up-port"],
  "middlebox-answers": ["see-what-listens"],
  "clock-or-certificate": ["compare-clocks"],
  "receiver-ill": ["start-receiver"],
  "agent-allows-others-only": ["allow-the-site"],
  "agent-port-taken": ["see-what-listens"],
} as const satisfies Record<CauseName, readonly RemedyName[]>;

const remediesAtMost = 5;

/** What another machine may be spared: there the detour over it helps. */
const pathCauses: ReadonlySet<CauseName> = new Set<CauseName>([
  "firewall-drops",
  "firewall-prohibits",
  "firewall-rejects",
  "firewall-has-other-port",
  "rejected-on-the-way",
  "no-route",
  "tls-inspection",
]);

/**
 * What to do, the quickest first: a registration that works as things are, then what mends the likelier causes, then
 * the detour over another machine.
 */
export function remediesOf(name: StepName, causes: readonly CauseName[], clues: Clues): RemedyName[] {
  if (name === "way-back") return backwards(causes);
  const { receiverWorks, receiverElsewhere, otherAddressWorks, subject, symptom } = clues;
  const works: RemedyName[] = [];
  if (symptom === "server-refused") works.push(...(clues.addressTaken ? (["register-with-address"] as const) : []));
  else if (otherAddressWorks || symptom === "connection-stalled") works.push("register-with-address");
  else if (receiverWorks || receiverElsewhere) works.push("register-with-port");
  const isMisspelt = clues.otherSiteAnswered && causes.includes("site-misspelt");
  if (symptom === "other-site" || isMisspelt) works.push("use-other-site");
  const usable = receiverWorks || receiverElsewhere;
  const mends = causes.flatMap((cause): readonly RemedyName[] => remedies[cause]).filter((one) => mayHelp(one, usable));
  const isPath = causes.some((cause) => pathCauses.has(cause));
  const detour: RemedyName[] = !usable && subject.host !== undefined && isPath ? ["register-by-proxy"] : [];
  const fitting = [...new Set([...works, ...mends])].slice(0, remediesAtMost - detour.length);
  return [...fitting, ...detour];
}

/** Registering with the port is of use only where the receiver is there. */
const mayHelp = (remedy: RemedyName, usable: boolean): boolean => remedy !== "register-with-port" || usable;

function backwards(causes: readonly CauseName[]): RemedyName[] {
  const mends = causes.flatMap((cause): readonly RemedyName[] => remedies[cause]);
  return [...new Set(mends.map((one) => (one === "open-port" ? "open-way-back" : one)))].filter(
    (one) => one !== "look-at-server",
  );
}
