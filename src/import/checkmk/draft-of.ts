import type { Draft, DraftOutgoing, Notice } from "../draft/draft.ts";
import { uniqueNames } from "../draft/names.ts";
import { type KnownCalls, reachedCalls } from "./calls.ts";
import type { Found, FoundRule } from "./found.ts";
import { hostOf } from "./host.ts";
import { inOrder, withRuleLabels } from "./rules.ts";
import { serversOf } from "./servers.ts";
import { secretNames } from "./snmp.ts";

/** Editions without a licence to be checked. */
const freeEditions: ReadonlySet<string> = new Set(["cre", "raw", "community"]);

/** What the program knows, which the source does not. */
export interface Knowledge {
  /** Versions for which there is a catalog: `2.3`. */
  catalogVersions: readonly string[];
  calls: KnownCalls;
}

/** Makes a topology of what was found of an installation. */
export function draftOf(found: Found, { catalogVersions, calls }: Knowledge): Draft {
  const notices: Notice[] = [...found.notices];
  const note = (notice: Notice): void => void notices.push(notice);
  const names = uniqueNames();
  // Hosts keep their names; a server that is monitored under the same one gives way.
  const rules = new Map<string, FoundRule[]>();
  for (const rule of found.rules) rules.set(rule.ruleset, [...(rules.get(rule.ruleset) ?? []), rule]);
  for (const [ruleset, ofRuleset] of rules) rules.set(ruleset, inOrder(ofRuleset));
  const labelled = withRuleLabels(found.hosts, rules.get("host_label_rules") ?? []);
  const sorted = labelled.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const claimed = sorted.map((host) => [host, names.claim(host.name)] as const);
  const servers = serversOf(found, names, note);
  const secrets = secretNames();
  const context = { rules, known: calls, nameSecret: secrets.name, note, sites: servers.sites };
  const hosts = claimed.flatMap(([host, name]) => hostOf(host, name, context) ?? []);
  const catalog = catalogOf(found.version, catalogVersions, note);
  const outgoing = outgoingOf(found, calls, note);
  note({
    about: "",
    text: `${found.reached.smtp.length === 0 ? "DNS, NTP and mail servers" : "DNS and NTP servers"} are no part of Checkmk's configuration; write them under outgoing:`,
  });
  return {
    header: [`Imported from ${found.source}${found.version === undefined ? "" : `, Checkmk ${found.version}`}.`],
    ...(catalog === undefined ? {} : { catalog }),
    server: servers.server,
    remoteSites: servers.remoteSites,
    hosts,
    ...(outgoing === undefined ? {} : { outgoing }),
    notices,
    secrets: secrets.list(),
  };
}

function catalogOf(
  version: string | undefined,
  known: readonly string[],
  note: (notice: Notice) => void,
): string | undefined {
  const [branch] = /^\d+\.\d+/.exec(version ?? "") ?? [];
  if (branch !== undefined && known.includes(branch)) return `checkmk/${branch}`;
  const what =
    branch === undefined ? "the version of Checkmk is not known" : `there is no catalog of Checkmk ${branch}`;
  return void note({ about: "", text: `${what}, so the newest catalog is used` });
}

function outgoingOf(
  { ldap, edition, reached }: Found,
  calls: KnownCalls,
  note: (notice: Notice) => void,
): DraftOutgoing | undefined {
  const isCommercial = edition !== undefined && !freeEditions.has(edition);
  const listed = (kind: "notifications" | "exports") => {
    const { calls: found, problems } = reachedCalls(kind, reached[kind], calls);
    for (const text of problems) note({ about: "", text });
    return found.length === 0 ? {} : { [kind]: found };
  };
  const outgoing: DraftOutgoing = {
    ...(reached.smtp.length === 0 ? {} : { smtp: reached.smtp }),
    ...(ldap.length === 0 ? {} : { ldap }),
    ...(isCommercial ? { license: true } : {}),
    ...listed("notifications"),
    ...listed("exports"),
  };
  return Object.keys(outgoing).length === 0 ? undefined : outgoing;
}
