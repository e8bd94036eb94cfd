import { InputError } from "../../model/text/problem.ts";
import type { Notice } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import type { Found, FoundHost, FoundRule, FoundSite } from "../checkmk/found.ts";
import { parseLiteral } from "../python/literal.ts";
import type { Said, Site } from "./ask.ts";
import { isOwnMachine } from "./place.ts";
import * as shapes from "./shapes.ts";

/** Rulesets that say a port, a credential or a label; those of special agents and active checks are found by their names. */
const fixedRulesets = ["agent_ports", "snmp_ports", "snmp_communities", "host_label_rules"];
const isWanted = (name: string): boolean =>
  fixedRulesets.includes(name) || /^(?:special_agents|active_checks):/.test(name);

const discovery = "/domain-types/internal/actions/discover-receiver/invoke";

interface Reading {
  site: Site;
  /** `https://HOST/SITE`. */
  url: string;
  notices: Notice[];
  progress: (what: string) => void;
}

/** Reads an installation over REST with GET requests. What the user may not see is said; hosts are a must. */
export async function readInstallation(
  site: Site,
  { url, address, progress }: { url: string; address?: string | undefined; progress: (what: string) => void },
): Promise<Found> {
  const reading: Reading = { site, url, notices: [], progress };
  progress("version");
  const version = must(await site.ask("/version"), `${site.base}/version`);
  const { versions, edition, site: ownSite } = shapes.shaped(shapes.versionSchema, version, `${site.base}/version`);
  const hosts = await readHosts(reading);
  progress(`sites (${hosts.length} hosts)`);
  const { sites, receiverPorts } = await readSites(reading, ownSite ?? siteOfUrl(url));
  const rules = await readRules(reading);
  progress("directories");
  const ldap = await readLdap(reading);
  const { hostname } = new URL(url);
  if (address === undefined && isOwnMachine(hostname)) {
    const text =
      "the server's address was taken from the URL, and no other machine reaches it there; --address gives it";
    reading.notices.push({ about: hostname, text });
  }
  return {
    source: url,
    ...(versions?.checkmk === undefined ? {} : { version: versions.checkmk }),
    ...(edition === undefined ? {} : { edition }),
    ownSite: ownSite ?? siteOfUrl(url),
    serverAddress: address ?? hostname.replaceAll(/^\[|\]$/g, ""),
    hosts,
    sites,
    rules,
    ldap,
    receiverPorts,
    configs: new Map(),
    settings: new Map(),
    reached: { smtp: [], notifications: [], exports: [] },
    notices: [
      ...reading.notices,
      {
        about: "",
        text: "REST does not tell which optional functions run (traps, syslog, Livestatus of other readers, notification spooler); write them under features:, or use import site",
      },
    ],
  };
}

const siteOfUrl = (url: string): string => new URL(url).pathname.split("/").at(-1) ?? "";

function must(said: Said, url: string): unknown {
  if ("value" in said) return said.value;
  const remedy = {
    400: "is this a Checkmk of 2.1 to 2.5?",
    403: "the user may not see this; give it a role with the permission wato.use, and wato.see_all_folders for all hosts",
    404: "there is no REST interface of Checkmk; is the URL that of a site, https://HOST/SITE?",
  };
  throw new InputError([{ file: url, message: `${said.refused}: ${remedy[said.refused]}${said.words}` }]);
}

async function readHosts({ site, notices, progress }: Reading): Promise<FoundHost[]> {
  progress("hosts");
  const path = "/domain-types/host_config/collections/all";
  const effective = await site.ask(`${path}?effective_attributes=true`);
  const isOld = "refused" in effective && effective.refused === 400;
  const said = isOld ? await site.ask(path) : effective;
  const { value } = shapes.shaped(shapes.hostsSchema, must(said, `${site.base}${path}`), `${site.base}${path}`);
  const lacks = value.some(({ extensions }) => extensions.effective_attributes === undefined);
  const folders = lacks || isOld ? await readFolders({ site, notices }) : new Map<string, Record<string, unknown>>();
  return value.map((host) => shapes.foundHost(host, folders));
}

async function readFolders({ site, notices }: Pick<Reading, "site" | "notices">) {
  const path = "/domain-types/folder_config/collections/all?parent=~&recursive=true";
  const said = await site.ask(path);
  if ("refused" in said) {
    const text = "attributes of folders could not be read, so hosts have their own attributes only";
    notices.push({ about: "", text: `${text} (${said.refused})` });
    return new Map<string, Record<string, unknown>>();
  }
  const { value } = shapes.shaped(shapes.foldersSchema, said.value, `${site.base}${path}`);
  return new Map(value.map(({ extensions }) => [shapes.folderOf(extensions.path), extensions.attributes]));
}

async function readSites(reading: Reading, ownSite: string) {
  const { site, notices } = reading;
  const receiverPorts = new Map<string, number>();
  const own = await receiverPort(reading, `${site.base}${discovery}`);
  if (own === undefined)
    notices.push({ about: ownSite, text: "the receiver's port could not be discovered; 8000 was assumed" });
  else receiverPorts.set(ownSite, own);
  const path = "/domain-types/site_connection/collections/all";
  const said = await site.ask(path);
  if ("refused" in said) {
    const why =
      said.refused === 403 ? "403: the user lacks the permission wato.sites" : "this version does not tell them";
    notices.push({
      about: "",
      text: `connections to other sites could not be read (${why}); write them under remote_sites:`,
    });
    return { sites: [], receiverPorts };
  }
  const { value } = shapes.shaped(shapes.sitesSchema, said.value, `${site.base}${path}`);
  const sites = value.map(shapes.foundSite);
  for (const { id, isLocal, url } of sites) {
    if (isLocal || url === undefined) continue;
    const remote = `${url.replace(/\/+$/, "").replace(/\/check_mk$/, "")}/check_mk/api/1.0${discovery}`;
    const port = URL.canParse(remote) ? await receiverPort(reading, remote) : undefined;
    if (port === undefined)
      notices.push({ about: id, text: "the receiver's port could not be discovered; 8000 was assumed" });
    else receiverPorts.set(id, port);
  }
  return { sites: sites as FoundSite[], receiverPorts };
}

/** The port that a site tells everybody; a remote one may be out of reach from here. */
async function receiverPort({ site }: Reading, url: string): Promise<number | undefined> {
  try {
    const text = await site.askOpenly(url);
    const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
    return port >= 1 && port <= 65_535 ? port : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

async function readRules({ site, notices, progress }: Reading): Promise<FoundRule[]> {
  progress("rules");
  const path = "/domain-types/ruleset/collections/all?used=true";
  const said = await site.ask(path);
  if ("refused" in said && said.refused === 403) {
    const text =
      "rules could not be read (403: the user lacks the permission wato.rulesets): usual ports were assumed, special agents and active checks are missing";
    notices.push({ about: "", text });
    return [];
  }
  const used =
    "refused" in said
      ? fixedRulesets
      : shapes
          .shaped(shapes.rulesetsSchema, said.value, `${site.base}${path}`)
          .value.filter(({ extensions }) => extensions.number_of_rules !== 0)
          .map(({ extensions }) => extensions.name)
          .filter(isWanted);
  const rules: FoundRule[] = [];
  for (const [index, ruleset] of used.toSorted().entries()) {
    progress(`rules ${index + 1}/${used.length}`);
    rules.push(...(await readRuleset(site, ruleset, notices)));
  }
  return rules;
}

async function readRuleset(site: Site, ruleset: string, notices: Notice[]): Promise<FoundRule[]> {
  const path = `/domain-types/rule/collections/all?ruleset_name=${encodeURIComponent(ruleset)}`;
  const said = await site.ask(path);
  if ("refused" in said) {
    notices.push({ about: ruleset, text: `rules could not be read (${said.refused})` });
    return [];
  }
  const { value } = shapes.shaped(shapes.rulesSchema, said.value, `${site.base}${path}`);
  return value.flatMap(({ extensions }) => {
    if (extensions.properties.disabled === true) return [];
    const { folder, folder_index, value_raw, conditions } = extensions;
    const rule = { ruleset, folder: shapes.folderOf(folder), index: folder_index };
    try {
      // Its text may hold passwords, so no message repeats any of it.
      return [{ ...rule, conditions: shapes.foundConditions(conditions), value: parseLiteral(value_raw, "") }];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      notices.push({ about: ruleset, text: "a rule was left out, because its value is no literal" });
      return [];
    }
  });
}

async function readLdap({ site, notices }: Reading): Promise<Found["ldap"]> {
  const path = "/domain-types/ldap_connection/collections/all";
  const said = await site.ask(path);
  if ("refused" in said) {
    const why = said.refused === 403 ? "403: for administrators" : "this version does not tell them";
    notices.push({ about: "", text: `LDAP connections could not be read (${why}); write them under outgoing: ldap:` });
    return [];
  }
  const { value } = shapes.shaped(shapes.ldapSchema, said.value, `${site.base}${path}`);
  return value.flatMap(shapes.foundLdap).flatMap(({ address, ...rest }) => {
    const known = addressOf(address);
    if (known === undefined)
      notices.push({ about: address, text: "left out, because it is no address of a directory" });
    return known === undefined ? [] : [{ address: known, ...rest }];
  });
}
