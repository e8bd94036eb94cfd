import { readSiteConfig } from "../../import/checkmk/site-config.ts";
import { isIptablesSave, readIptablesSave } from "../../load/ruleset/iptables-save.ts";
import { readNftRuleset } from "../../load/ruleset/nft-ruleset.ts";
import { jsonIn } from "../../load/ruleset/ruleset.ts";
import type { AccessList, HostState, InspectionPart, InspectionSource } from "../../model/inspection.ts";
import type { Ruleset } from "../../model/firewall/ruleset.ts";
import { plainText } from "../../model/text/printable.ts";
import { type SocketUnit, readSocketUnit, readXinetd } from "../../wire/checkmk/agent-access.ts";
import { readControllerStatus } from "../../wire/checkmk/controller-status.ts";
import { readCounter, readListeners, readLocalAddresses4, readLocalAddresses6 } from "../../wire/ip/kernel-lists.ts";
import { readSocketTable } from "../../wire/ip/socket-table.ts";

/** The port of an agent that has no port of its own in its files (Checkmk). */
const agentPort = 6556;

/** Workers cut the tables there; what listens may stand behind it. */
const mostOfTables = 256 * 1024;

/** What a machine's own words mean. Words of another form than expected are as good as unread, and `unread` says so. */
export function readHost(parts: readonly InspectionPart[]): HostState {
  const unread: { source: InspectionSource; why: string }[] = [];
  const textOf = (source: InspectionSource): string | undefined => {
    const part = parts.find((one) => one.source === source);
    if (part === undefined || part.state === "absent" || part.state === "stopped") return undefined;
    if (part.state === "read") return decoded(part);
    unread.push({ source, why: whyUnread(part) });
    return undefined;
  };
  const strange = (source: InspectionSource): undefined =>
    void unread.push({ source, why: "what it says is not understood" });

  const listens = listenersIn(textOf("sockets") ?? "", textOf("listeners") ?? "");
  if (listens === undefined) strange("sockets");
  const addresses = [
    ...readLocalAddresses4(textOf("addresses-4") ?? ""),
    ...readLocalAddresses6(textOf("addresses-6") ?? ""),
  ];
  const overflows = readCounter(textOf("counters") ?? "", "TcpExt", "ListenOverflows");
  const rulesets = (["nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"] as const).flatMap(
    (source) => {
      const text = textOf(source);
      if (text === undefined) return [];
      const ruleset =
        source === "nft" ? readNftRuleset(jsonIn(text)) : tablesIn(text, source.startsWith("ip6") ? 6 : 4);
      return ruleset ?? strange(source) ?? [];
    },
  );
  const controllerText = textOf("controller");
  const controller = controllerText === undefined ? undefined : readControllerStatus(controllerText);
  if (controllerText !== undefined && controller === undefined) strange("controller");
  const sites = new Map(
    parts
      .filter(({ source, state }) => source === "site" && state === "read")
      .map((part) => [part.name ?? "", readSiteConfig(decoded(part)).config]),
  );
  const unit = readSocketUnit(textOf("socket-unit") ?? "");
  return {
    ...(listens === undefined ? {} : { listens }),
    ...(addresses.length === 0 ? {} : { addresses }),
    rulesets,
    ...(overflows === undefined ? {} : { overflows }),
    ...(controller === undefined ? {} : { controller }),
    ...(parts.some(({ source, state }) => source === "controller" && state === "stopped")
      ? { isControllerStopped: true }
      : {}),
    lists: [...(unit === undefined ? [] : unitLists(unit)), ...xinetdLists(parts), ...siteLists(sites)],
    sites,
    unread,
  };
}

const decoded = ({ bytes }: InspectionPart): string => Buffer.from(bytes, "base64").toString("utf8");

function whyUnread(part: InspectionPart): string {
  switch (part.state) {
    case "missing":
      return "the program that lists it is not there";
    case "denied":
      return "this user may not read it";
    case "late":
      return "it took too long";
    case "long":
      return "it says more than is taken";
    default: {
      const said = plainText(decoded(part).trim().split("\n")[0] ?? "").slice(0, 200);
      return said === "" ? "it ended with an error" : `it said: ${said}`;
    }
  }
}

/** Of the kernel's tables, with what `ss` knows besides; `undefined` where they could not be read. */
function listenersIn(tables: string, listed: string): HostState["listens"] {
  const { isReadable, entries, names } = readSocketTable(tables);
  if (!isReadable || tables.length >= mostOfTables) return undefined;
  const known = readListeners(listed);
  const found = entries
    .filter(({ state }) => state === "listening")
    .map(({ protocol, local, localPort, inode }) => {
      const programs = names.get(inode);
      const beside =
        protocol === "tcp" ? known.find(({ address, port }) => port === localPort && address === local) : undefined;
      return {
        protocol,
        port: localPort,
        address: local,
        ...(programs === undefined ? {} : { programs: programs.map((one) => plainText(one).slice(0, 100)) }),
        ...(beside?.isIpv6Only === true ? { isIpv6Only: true as const } : {}),
        ...(beside === undefined ? {} : { waiting: beside.waiting, room: beside.room }),
      };
    });
  return [...new Map(found.map((one) => [`${one.protocol} ${one.address} ${one.port}`, one])).values()];
}

/** A firewall of iptables without any table prints nothing. */
function tablesIn(text: string, family: 4 | 6): Ruleset | undefined {
  if (text.trim() === "") return { tool: "iptables", families: [family], chains: [] };
  if (!isIptablesSave(text))
    return /^(?:#.*\s*)*$/.test(text) ? { tool: "iptables", families: [family], chains: [] } : undefined;
  const read = readIptablesSave(text);
  const chains = read.chains.map((chain) => ({ ...chain, family: family === 6 ? ("ip6" as const) : ("ip" as const) }));
  return { ...read, families: [family], chains };
}

/** A socket of systemd drops in the kernel what it does not allow (systemd.resource-control(5), IPAddressAllow=). */
function unitLists({ isLoaded, listens, allows, denies }: SocketUnit): AccessList[] {
  if (!isLoaded || denies.length === 0) return [];
  return listens.flatMap((listen) => {
    const port = /:(\d{1,5}) \(Stream\)$/.exec(listen)?.[1];
    if (port === undefined) return [];
    return [
      {
        where: "check-mk-agent.socket",
        key: "IPAddressAllow",
        port: Number(port),
        allows,
        denies,
        does: "drops" as const,
      },
    ];
  });
}

function xinetdLists(parts: readonly InspectionPart[]): AccessList[] {
  const files = parts
    .filter(({ source, state }) => source === "xinetd" && state === "read")
    .map((part) => ({ name: part.name ?? "", text: decoded(part) }));
  return readXinetd(files).flatMap(({ name, file, port, isDisabled, onlyFrom }) => {
    const own = port ?? (/^check[_-]mk/.test(name) ? agentPort : undefined);
    if (isDisabled || own === undefined || onlyFrom === undefined) return [];
    return [
      {
        where: file.slice(0, 600),
        key: "only_from",
        port: own,
        allows: onlyFrom.map(asNetwork),
        does: "closes" as const,
      },
    ];
  });
}

/** Zeros at the end of an address stand for everything (xinetd.conf(5), only_from). */
function asNetwork(entry: string): string {
  const octets = entry.split(".");
  if (octets.length !== 4 || octets.some((one) => !/^\d{1,3}$/.test(one))) return entry;
  const own = octets.findLastIndex((one) => Number(one) !== 0) + 1;
  return `${entry}/${own * 8}`;
}

/** Livestatus over TCP is behind a xinetd of the site, which has the list from a setting (docs/notes/listening.md). */
function siteLists(sites: HostState["sites"]): AccessList[] {
  return [...sites].flatMap(([site, config]) => {
    const { LIVESTATUS_TCP: isOn, LIVESTATUS_TCP_ONLY_FROM: onlyFrom, LIVESTATUS_TCP_PORT: port } = config;
    if (isOn !== "on" || onlyFrom === undefined || !/^\d{1,5}$/.test(port ?? "")) return [];
    const allows = onlyFrom.split(/\s+/).filter(Boolean).map(asNetwork);
    return [
      { where: `site ${site}`, key: "LIVESTATUS_TCP_ONLY_FROM", port: Number(port), allows, does: "closes" as const },
    ];
  });
}
