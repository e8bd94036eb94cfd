import type { CauseName, Diagnosis, Sighting, Works } from "../../model/registration/doctor.ts";
import { receiverPort } from "./steps.ts";
import { endpointOf } from "./sighting.ts";
import { listed } from "../text/wording.ts";

type Say = (diagnosis: Diagnosis) => string;

const hostOf = ({ subject }: Diagnosis): string => subject.host ?? "the host";
const isBackwards = ({ firstBroken }: Diagnosis): boolean => firstBroken === "way-back";

/** The sightings of the step that the causes are about. */
function troubleOf({ steps, firstBroken }: Diagnosis): readonly Sighting[] {
  const at = steps.find(
    ({ name, state }) => name === firstBroken || (firstBroken === undefined && state === "undecided"),
  );
  return (at?.sightings ?? []).filter(({ outcome }) => outcome.kind !== "open");
}

/** `8000/tcp`, `443/tcp and 80/tcp`: the ports at which something is wrong. */
export function troubledPorts(diagnosis: Diagnosis): string {
  const ports = [...new Set(troubleOf(diagnosis).map(({ port }) => `${port}/tcp`))];
  return ports.length === 0 ? `${receiverPort(diagnosis)}/tcp` : listed(ports);
}

/** The machine at whose end something is wrong: the server, or the one that a redirect of it named. */
export function targetOf(diagnosis: Diagnosis): { name: string; addresses: readonly string[] } {
  const { server, addresses } = diagnosis.subject;
  const lost = troubleOf(diagnosis).findLast(({ url }) => url !== undefined);
  if (lost?.url === undefined) return { name: server, addresses };
  const { address } = lost;
  return { name: new URL(lost.url).hostname, addresses: address === undefined ? [] : [address] };
}

/** `web01 to cmk`, in the direction of the step that is broken. */
export function directionOf(diagnosis: Diagnosis): string {
  const [from, to] = [hostOf(diagnosis), isBackwards(diagnosis) ? diagnosis.subject.server : targetOf(diagnosis).name];
  return isBackwards(diagnosis) ? `${to} to ${from}` : `${from} to ${to}`;
}

function reporters(diagnosis: Diagnosis): string {
  const found = [...new Set(troubleOf(diagnosis).flatMap(({ evidence }) => evidence.reporter ?? []))];
  return found.length === 0 ? "A firewall or router on the way" : `${listed(found)}`;
}

/** Who sent the ICMP message; a reset has the server's address, whoever sent it. */
function rejecters(diagnosis: Diagnosis): string {
  const found = new Set(
    troubleOf(diagnosis).flatMap(({ address, evidence }) =>
      evidence.reporter === address ? [] : (evidence.reporter ?? []),
    ),
  );
  if (found.size > 0) return listed([...found]);
  const isOwn = troubleOf(diagnosis).some(({ evidence }) => evidence.icmpCode !== undefined);
  const name = isBackwards(diagnosis) ? hostOf(diagnosis) : targetOf(diagnosis).name;
  return isOwn ? `The firewall of ${name} itself` : "Something nearer than the other answers of this address";
}

const deadAddress = (diagnosis: Diagnosis): string => troubleOf(diagnosis)[0]?.address ?? "The first address";

const messages: Record<CauseName, Say> = {
  "name-not-for-controller": () =>
    "The agent controller takes only names of letters, digits, hyphens and dots (RFC 1123), without a dot at the end, and addresses without a zone. DNS and other programs take more.",
  "name-misspelt": ({ subject }) => `The name is misspelt, or lacks its domain: ${listed(subject.addresses)}.`,
  "name-not-in-this-dns": (diagnosis) =>
    `${targetOf(diagnosis).addresses.length === 0 ? `The name ${targetOf(diagnosis).name}` : "The name"} is known elsewhere, but not to the DNS server or hosts file that ${hostOf(diagnosis)} uses.`,
  "resolver-down": (diagnosis) => `The DNS servers that ${hostOf(diagnosis)} uses do not answer, or cannot look it up.`,
  "firewall-drops": (diagnosis) =>
    `A firewall silently drops ${troubledPorts(diagnosis)} from ${directionOf(diagnosis)}.`,
  "firewall-prohibits": (diagnosis) =>
    `${reporters(diagnosis)} prohibits ${troubledPorts(diagnosis)} from ${directionOf(diagnosis)} by rule.`,
  "firewall-refuses": () => "A firewall rejects on behalf of the server; from here this looks like a closed port.",
  "rejected-on-the-way": (diagnosis) =>
    `A firewall rejects ${troubledPorts(diagnosis)} from ${directionOf(diagnosis)}, or a router has no route. It came too soon for a host that is switched off; with CAP_NET_RAW the ICMP message says more.`,
  "host-down-or-wrong-address": (diagnosis) =>
    isBackwards(diagnosis)
      ? `The address of ${hostOf(diagnosis)} is wrong, or behind NAT.`
      : `This address did not respond at all: the server is down, the address is wrong, or the whole path is closed.`,
  "no-route": (diagnosis) =>
    `A router on the way from ${directionOf(diagnosis)} has no route, or no machine has the address.`,
  "web-server-on-other-port": ({ subject, toldAside }) =>
    toldAside !== undefined && subject.otherWebPorts.includes(toldAside.webPort)
      ? `The web server listens on ${toldAside.webPort}, and says there that the receiver has port ${toldAside.receiverPort}. Discovery always asks 443 and 80 and cannot find it.`
      : subject.otherWebPorts.length > 0
        ? `The topology says that the web server listens on ${listed(subject.otherWebPorts.map(String))}. Discovery always asks 443 and 80 and cannot find it.`
        : "The web server listens on another port, e.g. 8080 of a container. Discovery always asks 443 and 80 and cannot find it.",
  "web-server-off": (diagnosis) => `No web server runs on ${targetOf(diagnosis).name}.`,
  "proxy-needed": ({ subject }) =>
    `${listed(subject.proxies)} is set: curl and browsers use that proxy, the agent controller ignores it unless told \`--detect-proxy\`.`,
  "site-stopped": ({ subject }) => `The site ${subject.site} is stopped.`,
  "site-misspelt": ({ subject }) =>
    `There is no site ${subject.site} on ${subject.server}; site names are case-sensitive.`,
  "other-web-server": ({ subject }) => `The address leads to another web server than that of ${subject.server}.`,
  "login-in-between": () =>
    "A proxy, single sign-on or captive portal answers with a login page before Checkmk is asked.",
  "tls-inspection": () => "A firewall or proxy inspects TLS and shows its own certificate.",
  "balancer-without-backend": () =>
    "A load balancer, port forward or container proxy accepts, but has nothing behind it.",
  "redirected-elsewhere": (diagnosis) =>
    `The web server of ${diagnosis.subject.server}, or a proxy in front of it, redirects to an address that ${hostOf(diagnosis)} cannot reach.`,
  "redirect-loop": ({ subject }) =>
    `The web server of ${subject.server} and a proxy in front of it redirect in a loop, for example from https to http and back.`,
  "given-port-wrong": ({ subject, toldAside }) =>
    `The port is wrong: the site ${subject.site} says at ${toldAside?.webPort ?? "443"} that its receiver has port ${toldAside?.receiverPort ?? "8000"}, not ${subject.expectedPort}.`,
  "firewall-rejects": (diagnosis) =>
    `${rejecters(diagnosis)} rejects ${troubledPorts(diagnosis)} from ${directionOf(diagnosis)}. That looks like a closed port, but it is a firewall's answer.`,
  "forward-leads-nowhere": (diagnosis) =>
    `${troubledPorts(diagnosis)} of ${targetOf(diagnosis).name} is forwarded to a machine that does not answer: the address is there, as other ports of it show.`,
  "large-segments-lost": (diagnosis) =>
    `The path from ${directionOf(diagnosis)} loses large packets: a tunnel with a smaller MTU, or a wrong MSS.`,
  "path-changed-on-the-way": ({ subject }) =>
    `A reverse proxy passes TLS of the site ${subject.site} on, or has its certificate, and changes the path, or leads to a receiver that does not serve it.`,
  "discovery-outdated": ({ subject }) =>
    `The port was changed, and the site's web server still reports the old one: it reads it once and caches it (site ${subject.site}).`,
  "ports-mixed-up": ({ subject, otherSite }) =>
    `Ports of sites are mixed up. Each site has a receiver of its own, on 8000, 8001 and so on in the order of their creation${otherSite === undefined ? "" : `; this one is ${otherSite}'s, not ${subject.site}'s`}.`,
  "firewall-has-other-port": (diagnosis) =>
    `The firewall was opened for ${diagnosis.subject.expectedPort}, but the receiver of ${diagnosis.subject.site} has ${receiverPort(diagnosis)}.`,
  "receiver-off": ({ subject }) => `The agent receiver of the site ${subject.site} is switched off or stopped.`,
  "container-port-unpublished": (diagnosis) =>
    `Checkmk runs in a container that publishes its web server, but not ${receiverPort(diagnosis)}.`,
  "ipv6-dead": (diagnosis) =>
    `The name has an IPv6 address (${deadAddress(diagnosis)}) to which the path is dead, and it comes first.`,
  "address-leads-elsewhere": (diagnosis) => {
    const { usableAddress, usablePort } = diagnosis;
    return usableAddress === undefined || usablePort === undefined
      ? "The name has several addresses, and the first one leads to another machine."
      : `The name has several addresses. Only ${endpointOf(usableAddress, usablePort)} is the site's receiver, and the controller takes another one first.`;
  },
  "first-address-dead": (diagnosis) =>
    `The name has several addresses, and the path to the first one (${deadAddress(diagnosis)}) is dead.`,
  "reverse-proxy": () =>
    "A reverse proxy ends TLS in front of the receiver, which then never sees the agents' certificates.",
  "other-service-on-port": (diagnosis) => `Another program uses ${receiverPort(diagnosis)}/tcp at this address.`,
  "middlebox-answers": () =>
    "A firewall on the way accepts connections on the server's behalf, then holds or drops them.",
  "clock-or-certificate": () => "A clock is wrong, here or on the server, or the site's certificate has expired.",
  "receiver-ill": ({ subject }) => `The receiver of the site ${subject.site} hangs or fails; its log says why.`,
  "agent-allows-others-only": (diagnosis) =>
    `The agent of ${hostOf(diagnosis)} or its own firewall allows only certain addresses (\`only_from\`), and ${diagnosis.subject.server} is not among them.`,
  "agent-port-taken": (diagnosis) => `Another program uses ${diagnosis.subject.agentPort}/tcp on ${hostOf(diagnosis)}.`,
};

/** A cause in a sentence. */
export function phraseCause(diagnosis: Diagnosis, cause: CauseName): string {
  return messages[cause](diagnosis);
}

const works: Record<Works, Say> = {
  web: ({ subject }) => `The path to the web server of ${subject.server}.`,
  discovery: (diagnosis) => `Discovery: it names port ${receiverPort(diagnosis)}.`,
  receiver: ({ usableAddress = "", usablePort = 0 }) =>
    `The agent receiver on ${endpointOf(usableAddress, usablePort)}: TLS, and the right site.`,
  "receiver-elsewhere": ({ usableAddress = "", usablePort = 0 }) =>
    `The agent receiver on ${endpointOf(usableAddress, usablePort)}, which is not the port that discovery names.`,
  "way-back": (diagnosis) => `The way back from ${diagnosis.subject.server} to ${hostOf(diagnosis)}.`,
};

/** Something that works all the same. */
export function phraseWorks(diagnosis: Diagnosis, one: Works): string {
  return works[one](diagnosis);
}
