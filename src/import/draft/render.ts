import { Document, isMap, isScalar, isSeq, type Node, type YAMLMap, YAMLSeq } from "yaml";
import { plainText } from "../../model/text/printable.ts";
import type { Draft, DraftServer } from "./draft.ts";
import { noticeLines, secretLines } from "./notices.ts";
import { hostEntry, serverEntry } from "./render-host.ts";
import { type HostsTable, splitHosts } from "./tables.ts";

/** How a topology is written: one line for each host, however long. */
export const yamlStyle = { lineWidth: 0, flowCollectionPadding: true } as const;

/** A topology as text, and the tables that belong beside it. */
export interface Rendered {
  document: Document;
  tables: readonly HostsTable[];
}

const commented = (lines: readonly string[]): string => lines.map((line) => ` ${line}`.trimEnd()).join("\n");
const ofSource = (text: string): string => ` ${plainText(text)}`;

/** Makes the topology of a draft. `stem` begins the names of its tables; `most` hosts are in the topology itself. */
export function renderDraft(draft: Draft, options: { stem: string; most?: number }): Rendered {
  const document = new Document({});
  document.commentBefore = commented(headerOf(draft));
  if (draft.catalog !== undefined) document.set("catalog", draft.catalog);
  if (draft.server !== undefined) document.set("server", serverNode(document, draft.server));
  if (draft.remoteSites.length > 0) {
    const list = new YAMLSeq();
    for (const remote of draft.remoteSites) list.add(serverNode(document, remote));
    document.set("remote_sites", list);
  }
  const { tables, inline } = splitHosts(draft.hosts, options);
  const hosts = new YAMLSeq();
  for (const { file, extras } of tables) hosts.add(flow(document.createNode({ include: file, ...extras })));
  const firstSite = draft.server?.sites[0]?.name;
  for (const host of inline) hosts.add(hostNode(document, host, firstSite));
  if (hosts.items.length > 0) document.set("hosts", hosts);
  if (draft.outgoing !== undefined) document.set("outgoing", outgoingNode(document, draft.outgoing));
  spaceOut(document);
  return { document, tables };
}

/** A host in one line, with what is to be said of it behind. */
export function hostNode(document: Document, host: Draft["hosts"][number], firstSite: string | undefined): Node {
  const node = flow(document.createNode(hostEntry(host, firstSite)));
  if (host.comment !== undefined) node.comment = ofSource(host.comment);
  return node;
}

/** A server, each of its sites in one line. */
export function serverNode(document: Document, server: DraftServer): YAMLMap {
  const node = document.createNode(serverEntry(server)) as YAMLMap;
  if (server.comment !== undefined) node.commentBefore = ofSource(server.comment);
  for (const key of ["address", "features", "ports"]) flow(node.get(key, true));
  const sites = node.get("sites", true);
  if (isSeq(sites)) {
    for (const [index, site] of sites.items.entries()) {
      const one = flow(site as Node);
      const comment = server.sites[index]?.comment;
      if (comment !== undefined) one.comment = ofSource(comment);
    }
  }
  return node;
}

function outgoingNode(document: Document, outgoing: NonNullable<Draft["outgoing"]>): YAMLMap {
  const { smtp, ldap, license: hasLicense, notifications, exports } = outgoing;
  const parts = { smtp, ldap, license: hasLicense, notifications, exports };
  const written = Object.entries(parts).filter(([, value]) => value !== undefined);
  const node = document.createNode(Object.fromEntries(written)) as YAMLMap;
  for (const { value } of node.items) if (isSeq(value)) for (const one of value.items) flow(one as Node);
  const license = node.get("license", true);
  if (isScalar(license)) license.comment = " a commercial edition; delete this if the licence is submitted by hand";
  return node;
}

/** Writes a value in one line. */
export function flow<Value>(node: Value): Value & Node {
  if (isMap(node) || isSeq(node)) node.flow = true;
  return node as Value & Node;
}

/** An empty line before each part but the first. */
function spaceOut(document: Document): void {
  if (!isMap(document.contents)) return;
  for (const [index, pair] of document.contents.items.entries()) {
    const key = document.createNode(pair.key) as Node;
    pair.key = key;
    if (index > 0) key.spaceBefore = true;
  }
}

function headerOf(draft: Draft): string[] {
  const notices = noticeLines(draft.notices, 40);
  return [
    ...draft.header.map(plainText),
    ...(draft.secrets.length === 0 ? [] : ["", "Secrets are not written here. Set these before a check:"]),
    ...secretLines(draft).map((line) => `  ${line}`),
    ...(notices.length === 0 ? [] : ["", "Assumed, or not imported:"]),
    ...notices.map((line) => `- ${line}`),
  ];
}
