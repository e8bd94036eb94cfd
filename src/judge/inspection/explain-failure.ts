import { covers } from "../../model/address/network.ts";
import { isLoopback } from "../../model/address/loopback.ts";
import type { AccessList, HostState, Inspection, ListenerFact } from "../../model/inspection.ts";
import { plainText } from "../../model/text/printable.ts";
import type { FirstPacket } from "../firewall/matches.ts";
import { hostFirewall, type Seen } from "./host-firewall.ts";

/** A flow that failed, as far as its target's own state may explain it. */
export interface Failure {
  protocol: "tcp" | "udp" | "icmp";
  port?: number | undefined;
  /** The literal that was asked. */
  address: string;
  family: 4 | 6;
  /** Addresses that the sender may have; empty where none is known. */
  sources: readonly string[];
  /** `closed`: the connection was accepted, and closed without an answer. */
  seen: Seen;
  /** The agent of Checkmk is asked. */
  isAgent: boolean;
  /** What the topology expects of the settings of the site whose port it is. */
  settings: readonly { site: string; key: string; expected: string }[];
}

type Found = Pick<Inspection, "finding"> & Partial<Inspection>;

/**
 * What explains on the target itself that a flow failed as it did; `undefined` where a connection was accepted and closed
 * and nothing there says why. Only what was read counts: what could not be read explains nothing and excludes nothing.
 */
export function explainFailure(failure: Failure, host: HostState): Inspection | undefined {
  const isForeign = host.addresses !== undefined && !host.addresses.includes(failure.address);
  const listens = host.listens?.filter(({ protocol, port }) => protocol === failure.protocol && port === failure.port);
  const found = explain(failure, host, listens, isForeign);
  if (found === undefined) return undefined;
  return {
    ...found,
    ...(listens === undefined || failure.protocol === "icmp"
      ? {}
      : { listens: listens.slice(0, 32).map(bareListener) }),
    ...(isForeign ? { isForeignAddress: true as const } : {}),
    ...(host.unread.length === 0 ? {} : { unread: host.unread.slice(0, 20).map((one) => ({ ...one })) }),
  };
}

const bareListener = ({ address, isIpv6Only, programs, waiting, room }: ListenerFact): ListenerFact => ({
  address,
  ...(isIpv6Only === undefined ? {} : { isIpv6Only }),
  ...(programs === undefined ? {} : { programs }),
  ...(waiting === undefined ? {} : { waiting }),
  ...(room === undefined ? {} : { room }),
});

function explain(
  failure: Failure,
  host: HostState,
  listens: readonly ListenerFact[] | undefined,
  isForeign: boolean,
): Found | undefined {
  const { seen, protocol } = failure;
  const list = listAgainst(failure, host.lists, seen === "silent" ? "drops" : "closes");
  if (seen === "closed") return list ?? closedByController(failure, host);
  const incoming = hostFirewall(host, packetsOf(failure, isForeign), "in", seen);
  if (incoming?.explains === "yes") return { finding: "firewall", firewall: incoming.fact };
  const beside = incoming === undefined || incoming.fact.does === "unclear" ? {} : { firewall: incoming.fact };
  const unclear = incoming?.explains === "maybe" ? incoming.fact : undefined;
  if (seen === "silent") {
    if (list !== undefined) return list;
    const full = listens?.find(({ waiting = 0, room }) => room !== undefined && waiting > room);
    if (protocol === "tcp" && full !== undefined) return { finding: "queue-full", ...beside };
    const outgoing = hostFirewall(host, [replyOf(failure, isForeign)], "out", seen);
    if (outgoing?.explains === "yes") return { finding: "firewall", firewall: outgoing.fact };
    const either = unclear ?? (outgoing?.explains === "maybe" ? outgoing.fact : undefined);
    if (either !== undefined) return { finding: "firewall-unclear", firewall: either };
    if (lacksFirewall(host, failure.family)) return { finding: "not-readable", ...beside };
    const isUdpThere = protocol === "udp" && listens?.some((one) => fitsAddress(one, failure, isForeign)) === true;
    return { finding: isUdpThere ? "may-be-mute" : "in-between", ...beside };
  }
  const missing = seen === "refused" && protocol !== "icmp" ? whyNotThere(failure, listens, isForeign) : undefined;
  if (missing !== undefined)
    return { ...(controllerSays(failure, host) ?? settingSays(failure, host) ?? { finding: missing }), ...beside };
  if (unclear !== undefined) return { finding: "firewall-unclear", firewall: unclear };
  const isBlind = lacksFirewall(host, failure.family) || (protocol !== "icmp" && listens === undefined);
  const isRejected = seen === "refused" && protocol !== "icmp" && listens !== undefined; // and it fits, or it were missing
  return { finding: isBlind ? (isRejected ? "rejected" : "not-readable") : "in-between", ...beside };
}

function packetsOf({ protocol, port, address, family, sources }: Failure, isForeign: boolean): FirstPacket[] {
  const packet: FirstPacket = {
    family,
    protocol,
    isLoopback: isLoopback(address),
    ...(port === undefined ? {} : { port }),
    ...(isForeign ? {} : { target: address, direction: "in" as const }),
  };
  return sources.length === 0 ? [packet] : sources.map((source) => ({ ...packet, source }));
}

const replyOf = ({ protocol, port, address, family, sources }: Failure, isForeign: boolean): FirstPacket => ({
  family,
  protocol,
  isLoopback: isLoopback(address),
  isReply: true,
  direction: "out",
  ...(port === undefined ? {} : { port }),
  ...(isForeign ? {} : { source: address }),
  ...(sources.length === 1 ? { target: sources[0] as string } : {}),
});

const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";
const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

/** True for a socket that a packet to the asked address reaches. */
function fitsAddress({ address, isIpv6Only }: ListenerFact, failure: Failure, isForeign: boolean): boolean {
  if (address === "::") return failure.family === 6 || isIpv6Only !== true;
  if (address === "0.0.0.0") return failure.family === 4;
  if (isForeign) return familyOf(address) === failure.family && !isLoopback(address);
  return address === failure.address.replace(/%.*$/, "");
}

function whyNotThere(
  failure: Failure,
  listens: readonly ListenerFact[] | undefined,
  isForeign: boolean,
): "not-listening" | "loopback-only" | "other-family" | "other-address" | undefined {
  if (listens === undefined) return undefined;
  if (listens.length === 0) return "not-listening";
  if (listens.some((one) => fitsAddress(one, failure, isForeign))) return undefined;
  const away = listens.filter(({ address }) => !isLoopback(address));
  if (away.length === 0) return "loopback-only";
  const ofFamily = away.filter(({ address }) => familyOf(address) === failure.family && !isWildcard(address));
  return ofFamily.length === 0 ? "other-family" : "other-address";
}

/** A setting of the site that is not as the topology has it. */
function settingSays({ settings }: Failure, { sites }: HostState): Found | undefined {
  for (const { site, key, expected } of settings) {
    const value = sites.get(site)?.[key];
    if (value !== undefined && value !== expected)
      return { finding: "site-setting", setting: { site, key, value: plainText(value).slice(0, 600), expected } };
  }
  return undefined;
}

/** Why an agent's controller does not listen. */
function controllerSays({ isAgent }: Failure, { controller, isControllerStopped }: HostState): Found | undefined {
  if (!isAgent) return undefined;
  if (isControllerStopped === true) return { finding: "controller", controller: { state: "not-running" } };
  if (controller === undefined || controller.allowsLegacyPull || controller.pulls > 0) return undefined;
  const { version } = controller;
  const state = controller.pushes > 0 ? "push-only" : "not-registered";
  return { finding: "controller", controller: { state, ...(version === undefined ? {} : { version }) } };
}

/** Why it accepts a connection and closes it. */
function closedByController({ isAgent, sources }: Failure, { controller }: HostState): Found | undefined {
  if (!isAgent || controller === undefined) return undefined;
  const version = controller.version === undefined ? {} : { version: controller.version };
  const [sender] = sources;
  if (controller.allowed.length > 0 && sources.length > 0 && sources.every((one) => isOutside(one, controller.allowed)))
    return {
      finding: "access-list",
      controller: { state: "not-allowed", ...version },
      access: {
        where: "cmk-agent-ctl",
        key: "allowed_ip",
        value: plainText(controller.allowed.join(" ")).slice(0, 600),
        ...(sender === undefined ? {} : { sender }),
      },
    };
  if (controller.isSocketOperational === false)
    return { finding: "controller", controller: { state: "socket-broken", ...version } };
  return undefined;
}

/** A list that the sender is not on, of those that act as it was seen. */
function listAgainst(
  { port, sources }: Failure,
  lists: readonly AccessList[],
  does: AccessList["does"],
): Found | undefined {
  if (sources.length === 0) return undefined;
  const list = lists.find(
    (one) =>
      one.port === port &&
      one.does === does &&
      sources.every((source) =>
        one.denies === undefined
          ? one.allows !== undefined && isOutside(source, one.allows)
          : isOutside(source, one.allows ?? []) && isInside(source, one.denies),
      ),
  );
  if (list === undefined) return undefined;
  const value = plainText((list.allows ?? []).join(" ")).slice(0, 600);
  const sender = sources[0];
  return {
    finding: "access-list",
    access: { where: list.where, key: list.key, value, ...(sender === undefined ? {} : { sender }) },
  };
}

const isInside = (address: string, list: readonly string[]): boolean =>
  list.some((one) => covers(one, address) === "all");
/** Sure of it: an entry that is no address, as a name, may be the sender's. */
const isOutside = (address: string, list: readonly string[]): boolean =>
  list.every((one) => covers(one, address) === "none");

/** The firewall of this family could not be read in whole. */
const lacksFirewall = ({ unread }: HostState, family: 4 | 6): boolean =>
  unread.some(({ source }) => source === "nft" || source.startsWith(family === 4 ? "iptables" : "ip6tables"));
