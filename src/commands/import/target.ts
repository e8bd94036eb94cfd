import { basename, dirname, extname, join } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Draft } from "../../import/draft/draft.ts";
import { noticeLines, secretLines } from "../../import/draft/notices.ts";
import { renderDraft, yamlStyle } from "../../import/draft/render.ts";
import type { HostsTable } from "../../import/draft/tables.ts";
import { parseAddress, whyNoAddress } from "../../model/address/address.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Surroundings } from "../surroundings.ts";
import { placeOf } from "./place-of.ts";
import { deliverUpdate } from "./update.ts";
import { writeText } from "./write-text.ts";
import type { TargetOptions } from "./options.ts";

const usualOutput = "portmatrix.yaml";

/** Refuses a target before anything is read or asked: options that contradict each other, a file that is there. */
export async function refuseTarget({ output, update, write }: TargetOptions): Promise<void> {
  const refuse = (file: string, message: string): never => {
    throw new InputError([{ file, message }]);
  };
  if (update === undefined && write)
    refuse("--write", "it goes with --update TOPOLOGY; without it the topology is written anyway");
  if (update !== undefined && output !== undefined)
    refuse("--output", "--update writes into the topology that it names");
  if (update === undefined && output !== "-") await refuseExisting(output ?? usualOutput);
}

/** A topology that somebody may have worked on is not overwritten. */
export async function refuseExisting(file: string): Promise<void> {
  if ((await placeOf(file)) === undefined) return;
  const message = "this file is there already; --update shows what changed, --output names another file";
  throw new InputError([{ file, message }]);
}

/** Refuses what is no address before anything is asked. */
export function refuseAddress(address: string | undefined, option = "--address"): void {
  if (address === undefined || parseAddress(address) !== undefined) return;
  throw new InputError([{ file: option, message: whyNoAddress(address) }]);
}

/** Writes what was found: a new topology, or the changes of an old one. */
export async function deliverDraft(
  draft: Draft,
  options: TargetOptions & { address?: string; server?: string },
  surroundings: Surroundings,
): Promise<void> {
  const isAddressGiven = options.address !== undefined || options.server !== undefined;
  if (options.update !== undefined) {
    return deliverUpdate(draft, options.update, { write: options.write, isAddressGiven }, surroundings);
  }
  const { out, err } = surroundings;
  const output = options.output ?? usualOutput;
  const isStdout = output === "-";
  const stem = basename(output, extname(output));
  const { document, tables } = renderDraft(draft, { stem, ...(isStdout ? { most: Infinity } : {}) });
  const text = document.toString(yamlStyle);
  if (isStdout) out(text);
  else {
    const named = tables.map((table) => [join(dirname(output), table.file), tableText(table)] as const);
    for (const [file] of named) await refuseExisting(file);
    for (const [file, content] of named) await writeText(file, content);
    await writeText(output, text);
  }
  const say = isStdout ? err : out;
  for (const line of noticeLines(draft.notices)) err(`portmatrix: note: ${line}\n`);
  for (const line of secretLines(draft)) err(`portmatrix: secret: ${line}\n`);
  if (isStdout) return;
  const files = [output, ...tables.map(({ file }) => join(dirname(output), file))];
  const { length } = draft.hosts;
  say(`Wrote ${files.join(", ")}: ${length} ${length === 1 ? "host" : "hosts"}.\n`);
  say(`Next: portmatrix plan${output === usualOutput ? "" : ` ${output}`}\n`);
}

/** A table of hosts as CSV. */
const tableText = ({ columns, rows }: Pick<HostsTable, "columns" | "rows">): string =>
  stringify([[...columns], ...rows.map((row) => [...row])]);
