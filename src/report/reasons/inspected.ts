import { escapeUnseen } from "../../model/text/printable.ts";
import type { FirewallFact, Inspection, ListenerFact } from "../../model/inspection.ts";
import { type Facts, moment, service } from "../text/wording.ts";
import { nothingToDoYet } from "./service-hints.ts";

/**
 * What the target says of itself, and what to do about it: the advice, in place of the general one, where it explains the
 * failure; `undefined` where it does not, or was not asked.
 */
export function inspectedAdvice(facts: Facts): string | undefined {
  const { inspection } = facts.evidence;
  if (inspection === undefined || !explains.has(inspection.finding)) return undefined;
  return inspectedSentence(facts, inspection);
}

/** What the target says of itself where that does not explain it, to be put behind the general advice; else empty. */
export function inspectedHint(facts: Facts): string {
  const { inspection } = facts.evidence;
  if (inspection === undefined || explains.has(inspection.finding)) return "";
  return ` ${inspectedSentence(facts, inspection)}`;
}

/** Who asked whom for what. */
type Asked = Pick<Facts, "from" | "to" | "address" | "protocol" | "port"> & Partial<Pick<Facts, "reason">>;

const explains: ReadonlySet<Inspection["finding"]> = new Set<Inspection["finding"]>([
  "not-listening",
  "loopback-only",
  "other-family",
  "other-address",
  "firewall",
  "queue-full",
  "access-list",
  "controller",
  "site-setting",
  "in-between",
  "rejected",
]);

/** What the target says of itself, in a sentence or two. */
export function inspectedSentence(facts: Asked, inspection: Inspection): string {
  const { to, from, address } = facts;
  const what = service(facts);
  const { takenAt } = inspection;
  const read = takenAt === undefined ? `Read on ${to}:` : `Read on ${to} by its script at ${moment(takenAt)}:`;
  switch (inspection.finding) {
    case "not-listening":
      if (facts.reason === "path-open-nothing-listens") return `${read} ${notYet(what, inspection)}`;
      return `${read} nothing listens on ${what}. Start the service there${besideRule(inspection)}.`;
    case "loopback-only":
      return `${read} ${listeners(inspection)} listens on ${what} on loopback only. Have it listen on ${address}${besideRule(inspection)}.`;
    case "other-family":
      return `${read} ${listeners(inspection)} listens on ${what} over ${address.includes(":") ? "IPv4" : "IPv6"} only. Have it listen over ${address.includes(":") ? "IPv6" : "IPv4"}, too${besideRule(inspection)}.`;
    case "other-address":
      return `${read} ${listeners(inspection)} listens on ${what}, but not on ${address}. Have it listen there, or correct the address in the topology${besideRule(inspection)}.`;
    case "firewall":
      return `${read} its own firewall ${rule(inspection.firewall)}${counter(inspection.firewall)}. ${remedy(inspection.firewall, what, from)}`;
    case "firewall-unclear":
      return `${read} whether its own firewall lets ${what} through depends on ${at(inspection.firewall)}, which portmatrix cannot judge.`;
    case "queue-full":
      return `${read} ${listeners(inspection)} does not accept connections to ${what} any more: its queue is full${queue(inspection)}. See why the service hangs, and restart it.`;
    case "access-list":
      return `${read} ${inspection.access?.where ?? ""} allows only certain addresses (${escapeUnseen(`${inspection.access?.key ?? ""} ${inspection.access?.value ?? ""}`.trim())}), and ${inspection.access?.sender ?? from} is not among them. Add it.`;
    case "controller":
      return `${read} ${controllerWords(to, inspection)}`;
    case "site-setting":
      return `${read} site ${inspection.setting?.site ?? ""} has ${escapeUnseen(`${inspection.setting?.key ?? ""}=${inspection.setting?.value ?? ""}`)}, but the topology expects ${inspection.setting?.expected ?? ""}.`;
    case "in-between":
      return `${read} nothing there explains it: ${there(facts, inspection)}${besideOther(inspection)}. So look between ${from} and ${to}${inspection.isForeignAddress === true ? `, where ${address}, which ${to} does not have, is translated` : ""}.`;
    case "rejected":
      return `${read} ${listeners(inspection)} listens on ${what}, so a firewall rejects it: that of ${to}, which was not read (${unread(inspection)}), or one between ${from} and ${to}${inspection.isForeignAddress === true ? `, where ${address}, which ${to} does not have, is translated` : ""}.`;
    case "may-be-mute":
      return `${read} ${listeners(inspection)} listens on ${what}, and nothing there drops the datagrams: they are lost on the way, or the service does not answer them.`;
    case "not-readable":
      return `${read} ${there(facts, inspection)}, but not all could be read (${unread(inspection)}).`;
  }
}

/** Before the installation a service that does not run is no fault; a rule that turns it away is. */
function notYet(what: string, inspection: Inspection): string {
  const beside = besideRule(inspection);
  return beside === ""
    ? `nothing listens on ${what} yet. ${nothingToDoYet}`
    : `nothing listens on ${what} yet, as is normal before the installation${beside}.`;
}

/** `sshd on 127.0.0.1`. */
function listeners({ listens = [] }: Inspection): string {
  const names = [...new Set(listens.flatMap(({ programs = [] }: ListenerFact) => programs))];
  const places = listens.map(({ address }) => (address.includes(":") ? `[${address}]` : address));
  const shown = escapeUnseen(names.length === 0 ? "a program" : names.join(", "));
  return places.length === 0 ? shown : `${shown} (on ${places.slice(0, 4).join(", ")})`;
}

function there(facts: Asked, inspection: Inspection): string {
  if (facts.protocol === "icmp") return "no rule of its own firewall rejects or drops an echo request";
  const listens =
    inspection.listens === undefined
      ? []
      : [
          inspection.listens.length === 0
            ? `nothing listens on ${service(facts)}`
            : `${listeners(inspection)} listens on ${service(facts)}`,
        ];
  const firewall = inspection.finding === "in-between" ? ["no rule of its own firewall does this"] : [];
  return [...listens, ...firewall].join(", and ");
}

/** `rejects it by rule 3 of inet filter input: "tcp dport 6556 reject"`. */
function rule(fact: FirewallFact | undefined): string {
  const does =
    fact?.hook === "output" || fact?.hook === "postrouting" ? "drops the answers" : `${fact?.does ?? "drops"} it`;
  return `${does} by ${at(fact)}`;
}

function at(fact: FirewallFact | undefined): string {
  if (fact === undefined) return "a rule";
  const { number, chain, handle } = fact;
  if (number === undefined) return `the ${escapeUnseen(fact.rule)}`;
  const named = handle === undefined ? "" : `, handle ${handle}`;
  const later = fact.orLater === true ? " or a later one" : "";
  return `rule ${number}${later} of ${escapeUnseen(chain)} (${fact.tool}${named}): "${escapeUnseen(fact.rule)}"`;
}

function counter(fact: FirewallFact | undefined): string {
  if (fact?.packets === undefined) return "";
  if (fact.rose === undefined) return `; it has counted ${fact.packets} packets`;
  return fact.rose > 0
    ? `; its counter rose by ${fact.rose} while the flow was probed again`
    : `; its counter did not rise while the flow was probed again, so the packets may have been lost before it`;
}

function remedy(fact: FirewallFact | undefined, what: string, from: string): string {
  const [port = "", protocol = ""] = what.split("/");
  if (fact?.writtenBy === "ufw" && protocol !== "") return `Allow ${what} from ${from} there (ufw).`;
  if (fact?.writtenBy === "firewalld")
    return `Allow ${what} from ${from} there (firewalld${fact.zone === undefined ? "" : `, zone ${escapeUnseen(fact.zone)}`}).`;
  return port === "" ? "" : `Allow ${what} from ${from} there; \`portmatrix rules\` writes the rule.`;
}

/** A rule that would turn the flow away as well, once the rest is right. */
const besideRule = ({ firewall }: Inspection): string =>
  firewall === undefined || firewall.does === "unclear"
    ? ""
    : `; its firewall ${firewall.does} it as well, by ${at(firewall)}`;

const besideOther = ({ firewall }: Inspection): string =>
  firewall === undefined || firewall.does === "unclear"
    ? ""
    : `. Its firewall ${firewall.does} the flow, by ${at(firewall)}, but that would look different`;

function queue({ listens = [], overflows }: Inspection): string {
  const full = listens.find(({ waiting = 0, room }) => room !== undefined && waiting > room);
  const sizes = full === undefined ? "" : ` (${full.waiting} of ${full.room} waiting)`;
  return `${sizes}${overflows === undefined || overflows === 0 ? "" : `, and ${overflows} packets were dropped while it was probed again`}`;
}

function controllerWords(to: string, { controller }: Inspection): string {
  const version = controller?.version === undefined ? "" : ` ${controller.version}`;
  switch (controller?.state) {
    case "not-running":
      return `the agent's controller is not running. Start it: \`systemctl start cmk-agent-ctl-daemon\`.`;
    case "not-registered":
      return `the agent's controller${version} is not registered and may not answer in plain text, so it does not listen. Register it: \`cmk-agent-ctl register\`.`;
    case "push-only":
      return `the agent's controller${version} is registered for push only, so it does not listen. Register it for pull, or write \`agent: push\` for ${to}.`;
    case "socket-broken":
      return `the agent's controller${version} says that it cannot reach the agent's socket. Start it: \`systemctl start check-mk-agent.socket\`.`;
    default:
      return `the agent's controller${version} does not answer.`;
  }
}

const unread = ({ unread = [] }: Inspection): string =>
  unread.length === 0
    ? "the tables of sockets"
    : unread
        .slice(0, 3)
        .map(({ source, why }) => `${source}: ${escapeUnseen(why)}`)
        .join("; ");
