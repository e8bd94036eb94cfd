import { besideTopology } from "../../load/topology/expand-hosts.ts";
import type { LoadedTopology } from "../../load/topology/topology.ts";
import { InputError } from "../../model/text/problem.ts";
import { type ReportHead, writtenReportHeadSchema } from "../../model/topology/report-head.ts";
import type { ReportHeadOptions } from "./report-head-options.ts";

const flags = { title: "--report-title", customer: "--customer", author: "--author", logo: "--logo" } as const;

/**
 * What a report begins with: the options, and where they say nothing the topology, or the record that is shown again.
 * A logo is read; one that cannot be is an InputError, before anything is sent.
 */
export async function readReportHead(
  options: ReportHeadOptions,
  { loaded, saved = {} }: { loaded?: Pick<LoadedTopology, "topology" | "file" | "locate">; saved?: ReportHead },
): Promise<ReportHead | undefined> {
  const { reportTitle: title, customer, author, logo } = options;
  const given = Object.fromEntries(
    Object.entries({ title, customer, author, logo }).filter(([, value]) => value !== undefined),
  );
  const parsed = writtenReportHeadSchema.safeParse(given);
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues.map(({ path }) => ({
        file: flags[path[0] as keyof typeof flags],
        message: "expected a text of 1 to 120 characters",
      })),
    );
  }
  const written = { ...loaded?.topology.report, ...parsed.data };
  const { logo: path, ...texts } = written;
  const head: ReportHead = { ...saved, ...texts };
  if (path !== undefined) {
    const isGiven = logo !== undefined || loaded === undefined;
    const { readLogo } = await import("../../load/logo.ts");
    const read = await readLogo(isGiven ? path : besideTopology(loaded.file, path));
    if ("problem" in read) {
      const place = isGiven ? { file: path } : loaded.locate(["report", "logo"]);
      throw new InputError([{ ...place, message: isGiven ? read.problem : `${path}: ${read.problem}` }]);
    }
    head.logo = read.uri;
  }
  return Object.keys(head).length === 0 ? undefined : head;
}
