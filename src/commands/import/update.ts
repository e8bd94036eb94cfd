import { parseDocument } from "yaml";
import type { Draft } from "../../import/draft/draft.ts";
import { noticeLines, secretLines } from "../../import/draft/notices.ts";
import { yamlStyle } from "../../import/draft/render.ts";
import { keepLines } from "../../import/update/keep-lines.ts";
import { namedAsBefore } from "../../import/update/secret-names.ts";
import { updateTopology } from "../../import/update/update.ts";
import { loadTopology } from "../../load/topology/topology.ts";
import { readText } from "../../load/text-file.ts";
import { InputError } from "../../model/problem.ts";
import { inventoryLister } from "../list-inventory.ts";
import type { Surroundings } from "../surroundings.ts";
import { writeText } from "./write-text.ts";

const topologyLimit = 10_000_000;

/** Shows what a second import changes of a topology, and writes it where `write` says so. */
export async function deliverUpdate(
  draft: Draft,
  file: string,
  { write }: { write: boolean },
  { out, err, env, signal }: Pick<Surroundings, "out" | "err" | "env" | "signal">,
): Promise<void> {
  const { topology } = await loadTopology(file, { env, listInventory: inventoryLister({ env, signal }) });
  const before = await readText(file, topologyLimit);
  const document = parseDocument(before);
  if (/^\s*\{/.test(document.toString())) {
    throw new InputError([
      { file, message: "only a topology in YAML can be updated, because JSON has no place for comments" },
    ]);
  }
  const named = namedAsBefore(draft, topology.hosts);
  const { lines, remarks } = updateTopology(document, named, topology.hosts);
  for (const line of noticeLines(draft.notices)) err(`portmatrix: note: ${line}\n`);
  for (const line of secretLines(named)) err(`portmatrix: secret: ${line}\n`);
  for (const line of remarks) err(`portmatrix: note: ${line}\n`);
  for (const line of lines) out(`${line}\n`);
  if (lines.length === 0) out(`Nothing changed in ${file}.\n`);
  else if (write) {
    await writeText(file, keepLines(before, document.toString(yamlStyle)));
    out(`Wrote ${file}: ${lines.length} changes.\n`);
  } else out(`Nothing was written; --write writes these ${lines.length} changes into ${file}.\n`);
}
