import { type Document, isMap, isSeq, YAMLSeq } from "yaml";
import { plainText } from "../../model/printable.ts";
import type { Draft } from "../draft/draft.ts";
import { someOf } from "../draft/notices.ts";
import { hostNode } from "../draft/render.ts";
import { hostEntry } from "../draft/render-host.ts";
import { isKept, updateHost } from "./update-host.ts";
import { updateServers } from "./update-servers.ts";

/** A host as the old topology has it, ranges and tables written out. */
export interface KnownHost {
  name: string;
  address: readonly string[];
}

/** What a second import changes, a line each, and what a person must look at. */
export interface Changes {
  lines: readonly string[];
  /** What was not changed, and why. */
  remarks: readonly string[];
}

/**
 * Brings an old topology to what a source tells now, in place. Comments, requirements, vantage points and whatever else
 * the source does not know stay. Nothing is removed: a host that the source no longer has is named and kept.
 */
export function updateTopology(document: Document, draft: Draft, known: readonly KnownHost[]): Changes {
  const lines = [...updateCatalog(document, draft), ...updateServers(document, draft)];
  const inTable: string[] = [];
  const kept: string[] = [];
  const knownHosts = new Map(known.map((host) => [host.name, host]));
  const list = document.get("hosts", true);
  const hosts = isSeq(list) ? list : new YAMLSeq();
  const entries = new Map(
    hosts.items.flatMap((item) => (isMap(item) ? [[String(item.get("name")), item] as const] : [])),
  );
  const firstSite = firstSiteOf(document);
  const namesNow = new Set(draft.hosts.map(({ name }) => name));
  for (const host of draft.hosts) {
    const entry = entries.get(host.name);
    const written = knownHosts.get(host.name);
    if (entry !== undefined && isKept(entry)) kept.push(host.name);
    else if (entry !== undefined) lines.push(...updateHost(document, entry, hostEntry(host, firstSite)));
    else if (written !== undefined) {
      if (written.address.join(" ") !== host.addresses.join(" ")) {
        inTable.push(`${host.name} (${written.address.join(" ")} -> ${host.addresses.join(" ")})`);
      }
    } else {
      hosts.add(hostNode(document, host, firstSite));
      lines.push(`+ ${host.name} ${host.addresses.join(" ")}`);
    }
  }
  if (!isSeq(list) && hosts.items.length > 0) document.set("hosts", hosts);
  if (hosts.items.length > 0) hosts.flow = false;
  const gone = known.filter(({ name }) => !namesNow.has(name)).map(({ name }) => name);
  const remarks = [
    ...(kept.length === 0 ? [] : [`left as they are, because "keep" stands behind them: ${someOf(kept)}`]),
    ...(inTable.length === 0
      ? []
      : [`addresses that differ in a table or a range, to be changed there: ${someOf(inTable, 20)}`]),
    ...(gone.length === 0
      ? []
      : [`no longer there, and kept; delete them if they are gone for good: ${someOf(gone, 20)}`]),
  ];
  return { lines: lines.map(plainText), remarks: remarks.map(plainText) };
}

function updateCatalog(document: Document, { catalog }: Draft): string[] {
  const before = document.get("catalog");
  if (catalog === undefined || before === catalog) return [];
  document.set("catalog", catalog);
  return [`~ catalog ${String(before ?? "(default)")} -> ${catalog}`];
}

function firstSiteOf(document: Document): string | undefined {
  const first = document.getIn(["server", "sites", 0]);
  const name = isMap(first) ? first.get("name") : first;
  return typeof name === "string" ? name : undefined;
}
