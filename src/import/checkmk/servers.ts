import type { Feature } from "../../model/topology/names.ts";
import { isSiteName } from "../../model/topology/topology.ts";
import type { DraftServer, DraftSite, Notice } from "../draft/draft.ts";
import { addressOf, type Names } from "../draft/names.ts";
import type { Found, FoundSite } from "./found.ts";
import { featuresOfConfig, portsOfConfig } from "./site-config.ts";
import { switchedBy } from "./site-features.ts";
import { withSpoolers } from "./spoolers.ts";

/** The servers of an installation, and the sites that a host may be on. */
export interface Servers {
  server: DraftServer;
  remoteSites: readonly DraftServer[];
  sites: ReadonlySet<string>;
}

/** Puts the sites on the servers that they are reached at. */
export function serversOf(found: Found, names: Names, note: (notice: Notice) => void): Servers {
  const local = found.sites.filter(({ isLocal }) => isLocal);
  const own: readonly FoundSite[] = local.length > 0 ? local : [{ id: found.ownSite, isLocal: true }];
  const remotes = new Map<string, FoundSite[]>();
  for (const site of found.sites.filter(({ isLocal }) => !isLocal)) {
    const address = addressOfSite(site);
    if (address === undefined || !isSiteName(site.id)) {
      const text = "left out, because no address of the site is known (neither Livestatus over TCP nor a URL)";
      note({ about: site.id, text });
      continue;
    }
    remotes.set(address, [...(remotes.get(address) ?? []), site]);
  }
  const address = addressOf(found.serverAddress) ?? "127.0.0.1";
  // Sites at the server's own address run on the same machine.
  const beside = remotes.get(address) ?? [];
  remotes.delete(address);
  const isDistributed = remotes.size > 0;
  const centralSites = [...own, ...beside];
  const server: DraftServer = {
    name: names.claim(nodeNameOf(address, found.ownSite), "server"),
    addresses: [address],
    sites: centralSites.map((site) => siteOf(site, found, isDistributed)),
    ...ofServer(found, centralSites, { isCentral: true }),
  };
  const remoteSites = [...remotes].map(([address, sites]): DraftServer => {
    return {
      name: names.claim(sites[0]?.id ?? address, "server"),
      addresses: [address],
      sites: sites.map((site) => siteOf(site, found, true)),
      ...ofServer(found, sites, { isCentral: false }),
    };
  });
  const [central = server, ...others] = withSpoolers([server, ...remoteSites], found.settings, note);
  const sites = new Set([server, ...remoteSites].flatMap(({ sites }) => sites.map(({ name }) => name)));
  return { server: central, remoteSites: others, sites };
}

/** The host of the Livestatus socket; without one that of the URL. */
function addressOfSite({ livestatus, url }: FoundSite): string | undefined {
  if (livestatus !== undefined) return addressOf(livestatus.host);
  if (url === undefined || !URL.canParse(url)) return undefined;
  return addressOf(new URL(url).hostname.replaceAll(/^\[|\]$/g, ""));
}

/** The first part of a DNS name; an address says nothing that a person would call a server. */
function nodeNameOf(address: string, site: string): string {
  const isName = /[A-Za-z]/.test(address) && !address.includes(":");
  return isName ? (address.split(".")[0] ?? site) : `${site}-server`;
}

const brokerPorts = ["message_broker", "rabbitmq_management", "rabbitmq_distribution"];

function siteOf(site: FoundSite, found: Found, isDistributed: boolean): DraftSite {
  const config = found.configs.get(site.id);
  const receiver = found.receiverPorts.get(site.id);
  const ports: Record<string, number> = { ...(config === undefined ? {} : portsOfConfig(config)) };
  if (receiver !== undefined && receiver !== 8000) ports["agent_receiver"] = receiver;
  if (site.livestatus !== undefined && site.livestatus.port !== 6557) ports["livestatus"] = site.livestatus.port;
  const broker = site.messageBrokerPort;
  if (broker !== undefined && broker !== 5672) ports["message_broker"] = broker;
  const hasBroker = isDistributed && (broker !== undefined || hasBrokerByItself(found, site));
  // Ports of a broker that talks to nobody would lead to no flow.
  if (!hasBroker) for (const name of brokerPorts) delete ports[name];
  return {
    name: site.id,
    ...(Object.keys(ports).length === 0 ? {} : { ports }),
    ...(hasBroker ? { features: ["message-broker"] } : {}),
  };
}

/** The central site's broker is in no connection; it is there where a remote one's is. */
const hasBrokerByItself = (found: Found, { isLocal }: FoundSite): boolean =>
  isLocal && found.sites.some(({ messageBrokerPort }) => messageBrokerPort !== undefined);

/** Functions that are on at a server, by the settings of its sites. Nobody asks the central site's Livestatus over TCP. */
function ofServer(
  { configs, settings }: Found,
  sites: readonly FoundSite[],
  { isCentral }: { isCentral: boolean },
): Pick<DraftServer, "features" | "ports"> {
  const switched = sites.map(({ id }) => switchedBy(settings.get(id) ?? new Map()));
  const features = new Set<Feature>([
    ...sites.flatMap(({ id }) => featuresOfConfig(configs.get(id) ?? {})),
    ...switched.flatMap((one) => one.features),
  ]);
  if (isCentral) features.delete("livestatus");
  else if (sites.some(({ livestatus }) => livestatus !== undefined)) features.add("livestatus");
  const ports = Object.assign({}, ...switched.map((one) => one.ports)) as Record<string, number>;
  return {
    ...(features.size === 0 ? {} : { features: [...features] }),
    ...(Object.keys(ports).length === 0 ? {} : { ports }),
  };
}
