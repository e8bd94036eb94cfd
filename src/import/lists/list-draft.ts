import { isSiteName } from "../../model/topology/topology.ts";
import type { Draft, DraftHost, Notice } from "../draft/draft.ts";
import { addressOf, uniqueNames } from "../draft/names.ts";

/** A host as a list has it. */
export interface ListedHost {
  name: string;
  /** As they were written; none: the name is the address. */
  addresses: readonly string[];
  site?: string;
  os?: string;
  agent?: string;
  ping?: boolean;
}

/** The Checkmk server, which no list tells. */
export interface ListServer {
  address: string;
  site: string;
}

const systems = ["linux", "windows", "other"] as const;
const agents = ["pull", "legacy", "push", "none"] as const;
const oneOf = <Word extends string>(words: readonly Word[], word: string | undefined): Word | undefined =>
  words.find((one) => one === word?.toLowerCase());

/** Makes a topology of a list of hosts. Hosts that cannot be asked are left out and named. */
export function draftOfList(
  listed: readonly ListedHost[],
  options: { source: string; server: ListServer | undefined; notices: readonly Notice[] },
): Draft {
  const { source, server, notices } = options;
  const names = uniqueNames();
  const found: Notice[] = [...notices];
  const hosts = listed.flatMap((host): DraftHost[] => {
    const leave = (text: string): DraftHost[] => {
      found.push({ about: host.name, text });
      return [];
    };
    const written = host.addresses.length === 0 ? [host.name] : host.addresses;
    const addresses = written.map(addressOf);
    if (addresses.includes(undefined)) return leave("left out, because their address is none that can be asked");
    const { site } = host;
    if (site !== undefined && !isSiteName(site))
      return leave("left out, because their site has no name that a site can have");
    const name = names.claim(host.name);
    const os = oneOf(systems, host.os);
    const agent = oneOf(agents, host.agent);
    if (host.os !== undefined && os === undefined) {
      found.push({
        about: host.name,
        text: `"${host.os}" is not one of ${systems.join(", ")}, so the system was left out`,
      });
    }
    if (host.agent !== undefined && agent === undefined) {
      found.push({
        about: host.name,
        text: `"${host.agent}" is not one of ${agents.join(", ")}, so a pull agent is assumed`,
      });
    }
    return [
      {
        name,
        addresses: [...new Set(addresses as string[])],
        ...(site === undefined ? {} : { site }),
        ...(os === undefined ? {} : { os }),
        ...(agent === undefined ? {} : { agent }),
        ...(host.ping === undefined ? {} : { ping: host.ping }),
        ...(name === host.name ? {} : { comment: `called "${host.name}" there` }),
      },
    ];
  });
  const sites = [...new Set([server?.site ?? "main", ...hosts.flatMap(({ site }) => site ?? [])])];
  if (sites.length > 1) {
    found.push({
      about: sites.slice(1).join(", "),
      text: "these sites were put on the server; move those of other servers under remote_sites",
    });
  }
  return {
    header: [`Imported from ${source}.`],
    ...(server === undefined
      ? {}
      : {
          server: {
            name: names.claim("cmk", "server"),
            addresses: [server.address],
            sites: sites.map((name) => ({ name })),
          },
        }),
    remoteSites: [],
    hosts,
    notices: found,
    secrets: [],
  };
}
