import { serverFault } from "../../model/registration/controller-server.ts";
import type { Diagnosis, RemedyName } from "../../model/registration/doctor.ts";
import { directionOf, targetOf, troubledPorts } from "./causes.ts";
import { bracketed } from "./sighting.ts";
import { receiverPort } from "./steps.ts";
import { shellWord, withAddresses } from "../text/wording.ts";

/** A way out: what to do, and the commands to copy. Words in capitals are for the reader to fill in. */
export interface PhrasedRemedy {
  message: string;
  commands: string[];
}

type Say = (diagnosis: Diagnosis) => PhrasedRemedy;

const discoveryPath = "check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";

const hostOf = ({ subject }: Diagnosis): string => subject.host ?? "HOST";
const serverOf = ({ registerAs, subject }: Diagnosis): string =>
  bracketed(registerAs ?? subject.addresses.find((one) => serverFault(one) === undefined) ?? "SERVER");

/** The controller's command line (cmk-agent-ctl src/cli.rs); it asks for the password. */
function controller(
  diagnosis: Diagnosis,
  { mode = "register", server = serverOf(diagnosis), site = diagnosis.subject.site, options = "" } = {},
): string {
  const words = ["--hostname", hostOf(diagnosis), "--server", server, "--site", site];
  const flags = options === "" ? "" : ` ${options}`;
  return `cmk-agent-ctl ${mode}${flags} ${words.map((word) => (word.startsWith("[") ? `'${word}'` : shellWord(word))).join(" ")} --user USER`;
}

/** `HOST:PORT` of the receiver that answered, or of the one that should. */
function receiverOf(diagnosis: Diagnosis, { byAddress = false } = {}): string {
  const server = byAddress
    ? bracketed(diagnosis.usableAddress ?? working(diagnosis) ?? "ADDRESS")
    : serverOf(diagnosis);
  return `${server}:${diagnosis.usablePort ?? receiverPort(diagnosis)}`;
}

/** An address of the server that accepted a connection. */
function working({ steps }: Diagnosis): string | undefined {
  const seen = steps.filter(({ name }) => name !== "way-back").flatMap(({ sightings }) => sightings);
  return seen.findLast(({ outcome }) => outcome.kind === "open")?.address;
}

/** The doctor's own command line, to be run elsewhere. */
function doctorAt({ subject }: Diagnosis, from: "host" | "server"): string {
  const { topology, host, server, site, addresses, hostAddresses, expectedFrom, expectedPort } = subject;
  const port = expectedFrom === "option" ? ["--port", String(expectedPort)] : [];
  if (topology !== undefined) {
    const words = [
      topology,
      "--host",
      host ?? "HOST",
      "--from",
      from === "server" ? server : (host ?? "HOST"),
      ...port,
    ];
    return `portmatrix doctor registration ${words.map(shellWord).join(" ")}`;
  }
  const words = ["--server", addresses[0] ?? server, "--site", site, "--host", hostAddresses[0] ?? "HOST", ...port];
  return `portmatrix doctor registration ${[...words, ...(from === "server" ? ["--from", "server"] : [])].map(shellWord).join(" ")}`;
}

/**
 * The question of the agent controller as a command: it ignores proxies and certificates, and follows ten redirects with
 * http and https (docs/notes/receiver-registration.md#the-web-client-redirects-proxies-time). Over http only where https
 * is not to be had.
 */
function askByHand(diagnosis: Diagnosis): string {
  const web = diagnosis.steps.find(({ name }) => name === "web")?.sightings ?? [];
  const isOpen = (port: number) => web.some((one) => one.port === port && one.outcome.kind === "open");
  const scheme = !isOpen(443) && isOpen(80) ? "http" : "https";
  const follow = "--location --max-redirs 10 --proto '=http,https' --proto-redir '=http,https'";
  return `curl --noproxy '*' --insecure ${follow} '${scheme}://${serverOf(diagnosis)}/${diagnosis.subject.site}/${discoveryPath}'`;
}

/** The address at which something was lost. */
function addressInTrouble(diagnosis: Diagnosis): string {
  const at = diagnosis.steps.find(({ name }) => name === diagnosis.firstBroken)?.sightings ?? [];
  const lost = at.find(({ evidence }) => evidence.service?.finding === "unanswered");
  return lost?.address ?? diagnosis.registerAs ?? "ADDRESS";
}

/** The name that does not resolve: the server's, or that of a redirect. */
function nameInTrouble(diagnosis: Diagnosis): string {
  const { subject, firstBroken } = diagnosis;
  return firstBroken === "discovery" ? targetOf(diagnosis).name : (subject.addresses[0] ?? "NAME");
}

const phrases: Record<RemedyName, Say> = {
  "register-now": (diagnosis) => ({
    message: `Register, on ${hostOf(diagnosis)}:`,
    commands: [
      controller(
        diagnosis,
        diagnosis.steps.some(({ symptom }) => symptom === "port-given") ? { server: receiverOf(diagnosis) } : {},
      ),
    ],
  }),
  "register-with-port": (diagnosis) => ({
    message: "Register with the port written out, which skips discovery. This works now:",
    commands: [controller(diagnosis, { server: receiverOf(diagnosis) })],
  }),
  "register-with-address": (diagnosis) => ({
    message:
      diagnosis.usableAddress === undefined
        ? "Try the address instead of the name:"
        : "Register with the address that works instead of the name:",
    commands: [controller(diagnosis, { server: receiverOf(diagnosis, { byAddress: true }) })],
  }),
  "register-by-proxy": (diagnosis) => ({
    message: `Until then, register for ${hostOf(diagnosis)} on a machine that reaches the server, and import the result on ${hostOf(diagnosis)}. Its certificate cannot be renewed from there without the path.`,
    commands: [
      `${controller(diagnosis, { mode: "proxy-register", server: receiverOf(diagnosis) })} > ${shellWord(hostOf(diagnosis))}.json`,
      `cmk-agent-ctl import ${shellWord(hostOf(diagnosis))}.json`,
    ],
  }),
  "register-with-http-proxy": (diagnosis) => ({
    message: "If the path goes through the proxy, let the controller use it:",
    commands: [controller(diagnosis, { options: "--detect-proxy" })],
  }),
  "ask-without-proxy": (diagnosis) => ({
    message: "See what the controller sees: ask without a proxy. The answer must be a port number and nothing else.",
    commands: [askByHand(diagnosis)],
  }),
  "look-up-name": (diagnosis) => ({
    message: `On ${hostOf(diagnosis)}, see what the name means, and fix DNS or the hosts file:`,
    commands: [`getent ahosts ${shellWord(nameInTrouble(diagnosis))}`],
  }),
  "rename-server": (diagnosis) => {
    const faults = new Set(diagnosis.subject.addresses.map((one) => serverFault(one)));
    if (faults.has("final-dot")) {
      return { message: "Omit the dot at the end:", commands: [controller(diagnosis)] };
    }
    return faults.has("zone")
      ? { message: "Give the server an address that needs no zone, and register with that one.", commands: [] }
      : {
          message: `Give the server a name of letters, digits, hyphens and dots, in DNS or in the hosts file of ${hostOf(diagnosis)}, and register with that one.`,
          commands: [],
        };
  },
  "look-up-port": ({ subject }) => ({
    message: `On ${subject.server}, see which sites there are and which port the receiver of ${subject.site} has:`,
    commands: ["omd sites", `omd config ${shellWord(subject.site)} show AGENT_RECEIVER_PORT`],
  }),
  "open-port": (diagnosis) => ({
    message: `Have ${troubledPorts(diagnosis)} opened from ${diagnosis.subject.host ?? "the host"} to ${withAddresses(targetOf(diagnosis).name, targetOf(diagnosis).addresses)}, on every firewall between and on the server itself.`,
    commands: [],
  }),
  "start-web-server": (diagnosis) => ({
    message: `On ${targetOf(diagnosis).name}, see whether the system's web server runs (apache2 or httpd):`,
    commands: ["systemctl status apache2 httpd", "ss -tlnp '( sport = :80 or sport = :443 )'"],
  }),
  "mend-redirect": (diagnosis) => ({
    message: `Let the web server of ${diagnosis.subject.server} answer this page itself, or redirect to an address that ${hostOf(diagnosis)} can reach. See what the controller sees:`,
    commands: [askByHand(diagnosis)],
  }),
  "look-at-forward": (diagnosis) => ({
    message: `See where ${troubledPorts(diagnosis)} of ${targetOf(diagnosis).name} is forwarded to (port forward, load balancer, container), and whether that machine is up.`,
    commands: [],
  }),
  "mend-segment-size": (diagnosis) => ({
    message:
      "See which size gets through, and clamp the MSS to it on the router or tunnel in between, or let its ICMP messages pass:",
    commands: [
      `tracepath -n ${shellWord(addressInTrouble(diagnosis))}`,
      `ping -c 3 -M do -s 1400 ${shellWord(addressInTrouble(diagnosis))}`,
    ],
  }),
  "start-site": ({ subject }) => ({
    message: `On ${subject.server}, start the site; \`omd status\` shows what runs:`,
    commands: [`omd start ${shellWord(subject.site)}`],
  }),
  "start-receiver": ({ subject }) => ({
    message: `On ${subject.server}, \`omd status ${shellWord(subject.site)} agent-receiver\` shows whether the receiver runs, and its log is var/log/agent-receiver/error.log of the site. If it runs, \`ss -tln\` shows at which address it listens. If it is off, switch it on. This stops the site and starts it again; run it when that disturbs nobody:`,
    commands: [
      `omd stop ${shellWord(subject.site)}`,
      `omd config ${shellWord(subject.site)} set AGENT_RECEIVER on`,
      `omd start ${shellWord(subject.site)}`,
    ],
  }),
  "publish-port": (diagnosis) => ({
    message: `If Checkmk runs in a container: see what it publishes, and start it with \`--publish ${receiverPort(diagnosis)}:${receiverPort(diagnosis)}\`.`,
    commands: ["docker port CONTAINER"],
  }),
  "restart-site-apache": ({ subject }) => ({
    message: `On ${subject.server}, restart the site's web server, so that it reports the current port:`,
    commands: [`omd restart ${shellWord(subject.site)} apache`],
  }),
  "use-other-site": (diagnosis) => ({
    message: `If the host belongs to the site ${diagnosis.otherSite ?? "that answered"}, register with that one:`,
    commands: [
      controller(diagnosis, {
        site: diagnosis.otherSite ?? "SITE",
        server: `${serverOf(diagnosis)}:${receiverPort(diagnosis)}`,
      }),
    ],
  }),
  "exempt-from-inspection": (diagnosis) => ({
    message: `Have ${receiverPort(diagnosis)}/tcp from ${directionOf(diagnosis)} exempted from TLS inspection. The agent's own certificate must reach the receiver untouched.`,
    commands: [],
  }),
  "see-what-listens": (diagnosis) => {
    const backwards = diagnosis.firstBroken === "way-back";
    const port = backwards ? diagnosis.subject.agentPort : receiverPort(diagnosis);
    return {
      message: `On ${backwards ? hostOf(diagnosis) : diagnosis.subject.server}, see which program uses the port, and what is in front of it:`,
      commands: [`ss -tlnp 'sport = :${port}'`],
    };
  },
  "compare-clocks": (diagnosis) => ({
    message: `Compare the clocks of ${hostOf(diagnosis)} and ${diagnosis.subject.server}. If both are right, renew the certificate of the site ${diagnosis.subject.site}.`,
    commands: ["date -u"],
  }),
  "fix-ipv6": () => ({
    message: "Open the path over IPv6 as well, or remove the AAAA record from DNS.",
    commands: [],
  }),
  "open-way-back": (diagnosis) => ({
    message: `Have ${diagnosis.subject.agentPort}/tcp opened from ${directionOf(diagnosis)}. Where the edition has the push mode, the host can push its output over ${receiverPort(diagnosis)} instead.`,
    commands: [],
  }),
  "allow-the-site": (diagnosis) => ({
    message: `On ${hostOf(diagnosis)}, see which addresses the agent allows, and add the server's (rule "Allowed agent access via IP address"):`,
    commands: ["cmk-agent-ctl status"],
  }),
  "look-at-server": ({ subject }) => ({
    message: `On ${subject.server}, see whether it has the address, and what listens:`,
    commands: ["ip -brief address", "ss -tln"],
  }),
  "run-on-host": (diagnosis) => ({
    message: `On ${hostOf(diagnosis)}, see whether the agent can register:`,
    commands: [doctorAt(diagnosis, "host")],
  }),
  "try-way-back": (diagnosis) => ({
    message: `The way back was not tried: it starts at ${diagnosis.subject.server}. Run there:`,
    commands: [doctorAt(diagnosis, "server")],
  }),
};

/** A way out in words. */
export function phraseRemedy(diagnosis: Diagnosis, remedy: RemedyName): PhrasedRemedy {
  return phrases[remedy](diagnosis);
}
