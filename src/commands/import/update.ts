import { parseDocument } from "yaml";
import type { Draft } from "../../import/draft/draft.ts";
import { noticeLines, secretLines } from "../../import/draft/notices.ts";
import { yamlStyle } from "../../import/draft/render.ts";
import { keepLines } from "../../import/update/keep-lines.ts";
import { namedAsBefore } from "../../import/update/secret-names.ts";
import { updateTopology } from "../../import/update/update.ts";
import { besideTopology } from "../../load/topology/expand-hosts.ts";
import { loadTopology } from "../../load/topology/topology.ts";
import { readText } from "../../load/text-file.ts";
import { InputError } from "../../model/text/problem.ts";
import { inventoryLister } from "../inventory/list-inventory.ts";
import type { Surroundings } from "../surroundings.ts";
import { writeText } from "./write-text.ts";
import { writtenHosts } from "./written-hosts.ts";

const topologyLimit = 10_000_000;

/** Shows what a second import changes of a topology and its tables, and writes it where `write` says so. */
export async function deliverUpdate(
  draft: Draft,
  file: string,
  { write, isAddressGiven }: { write: boolean; isAddressGiven: boolean },
  surroundings: Pick<Surroundings, "out" | "err" | "env" | "signal" | "onChild">,
): Promise<void> {
  const { out, err, env } = surroundings;
  const { topology } = await loadTopology(file, { env, listInventory: inventoryLister(surroundings) });
  const before = await readText(file, topologyLimit);
  const document = parseDocument(before);
  const rewritten = document.toString(yamlStyle);
  if (/^\s*\{/.test(rewritten)) {
    throw new InputError([
      { file, message: "only a topology in YAML can be updated, because JSON has no place for comments" },
    ]);
  }
  const named = namedAsBefore(draft, topology.hosts);
  const { hosts = [] } = document.toJSON() as { hosts?: unknown[] };
  const written = await writtenHosts(hosts, file);
  const { lines, remarks, tables } = updateTopology(document, named, written, { isAddressGiven });
  for (const line of noticeLines(draft.notices)) err(`portmatrix: note: ${line}\n`);
  for (const line of secretLines(named)) err(`portmatrix: secret: ${line}\n`);
  for (const line of remarks) err(`portmatrix: note: ${line}\n`);
  for (const line of lines) out(`${line}\n`);
  if (lines.length === 0) return out(`Nothing changed in ${file}.\n`);
  const text = document.toString(yamlStyle);
  const changed = new Map([...tables].map(([name, table]) => [besideTopology(file, name), table]));
  if (text !== rewritten) changed.set(file, keepLines(before, rewritten, text));
  const names = [...changed.keys()].join(", ");
  const many = lines.length === 1 ? "1 change" : `${lines.length} changes`;
  if (!write) return out(`Nothing was written; --write writes ${many} into ${names}.\n`);
  // Rows that leave a table are in the topology: should writing end between the two, both have them, and none is lost.
  if (changed.has(file)) await writeText(file, changed.get(file) ?? "");
  for (const [name, content] of changed) if (name !== file) await writeText(name, content);
  out(`Wrote ${names}: ${many}.\n`);
}
