import { isLocal } from "../model/topology/vantage-spec.ts";
import type { Plan } from "../model/flow.ts";
import { escapeUnseen } from "../model/text/printable.ts";
import { formatProblem, InputError } from "../model/text/problem.ts";
import type { Topology } from "../model/topology/topology.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Roster } from "../model/plugin/plugin.ts";
import { loadCatalog } from "../load/catalog.ts";
import { loadRoster } from "../load/plugins.ts";
import { loadTopology, type LoadedTopology } from "../load/topology/topology.ts";
import { explainEmpty } from "../plan/explain-empty.ts";
import { isBindable } from "../plan/edge.ts";
import { unmatchedTerms, type Filter } from "../plan/filter.ts";
import { narrow, plan } from "../plan/plan.ts";
import { pluginNotes } from "../plan/plugin-notes.ts";
import { type Unused, unusedParts } from "../plan/unused.ts";
import { planRenderers } from "../report/plan/renderers.ts";
import { catalogDirectory } from "./shipped-files.ts";
import { parseDestinations } from "./output/formats.ts";
import { inventoryLister } from "./inventory/list-inventory.ts";
import { conclude, deliver } from "./output/output.ts";
import { allPlanFormats } from "./plan-formats.ts";
import { nodesOf } from "./identify/identify.ts";
import { readFrom } from "./identify/sender-place.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Options that `plan` and `check` share. */
export interface PlanOptions {
  from?: string;
  section: readonly string[];
  only: readonly string[];
  catalog?: string;
  format: readonly string[];
}

/** A topology with everything that is required of it. */
export interface Planned {
  loaded: LoadedTopology;
  catalog: Catalog;
  plan: Plan;
  /** The plan before options narrowed it. */
  wholePlan: Plan;
}

/** Prints the communication matrix: every required flow and why; sends nothing. */
export async function planCommand(
  file: string,
  given: PlanOptions & { group: boolean; bom?: true },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const options = readFrom(given);
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["table"], allPlanFormats);
  const planned = await loadPlan(file, options, surroundings);
  const width = Math.min(Math.max(surroundings.columns ?? 100, 60), 160);
  const undelivered = await deliver(
    destinations,
    async (format) => {
      const { requestOf, withMark } = await import("./request/request-of.ts");
      const mark = options.bom === true && (format === "csv" || format === "firewall");
      if (format === "xlsx") return await workbookOf(planned, options.group);
      if (format !== "firewall") return withMark((await planRenderers[format]())(planned.plan, { width }), mark);
      const { renderRequestCsv } = await import("../report/request/csv.ts");
      return withMark(renderRequestCsv(requestOf(planned, options.group)), mark);
    },
    surroundings.out,
  );
  return conclude(exitCodes.ok, undelivered, surroundings);
}

/** The plan as a workbook: the rules of its change request, notes on them, and every flow. */
async function workbookOf(planned: Planned, isGrouped: boolean): Promise<Iterable<Uint8Array>> {
  const { requestOf } = await import("./request/request-of.ts");
  const { requestSheets } = await import("../report/request/sheets.ts");
  const { planSheet } = await import("../report/plan/sheet.ts");
  const { renderWorkbook } = await import("../report/workbook/workbook.ts");
  return renderWorkbook([...requestSheets(requestOf(planned, isGrouped)), planSheet(planned.plan)]);
}

/** Loads topology and catalog and joins them; an empty plan is an InputError that says why. */
export async function loadPlan(
  file: string,
  options: Pick<PlanOptions, "from" | "section" | "only" | "catalog"> & {
    quiet?: boolean;
    stage?: string;
    accept?: "unverifiable";
  },
  surroundings: Pick<Surroundings, "env" | "readStdin" | "err" | "signal" | "onChild">,
): Promise<Planned> {
  const { env, readStdin, err } = surroundings;
  const loaded = await loadTopology(file, {
    env,
    stage: options.stage,
    rosterOf: (written) => rosterOf(options.catalog ?? written),
    listInventory: inventoryLister(surroundings),
    ...(file === "-" ? { stdin: await readStdin() } : {}),
  });
  const { topology: written, locate } = loaded;
  const catalog =
    options.catalog === undefined
      ? await loadCatalog(written.catalog, catalogDirectory, locate(["catalog"]))
      : await loadCatalog(options.catalog, catalogDirectory, { file: "--catalog" });
  refuseUnknownRoles(catalog);
  const here = treatAsLocal(written, options.from);
  const topology = options.accept === undefined ? here : { ...here, accept: options.accept };
  const whole = plan(catalog, topology, loaded.roster);
  if (whole.flows.length === 0) {
    throw new InputError(explainEmpty(catalog, topology).map((message) => ({ file, message })));
  }
  const notes = [...unusedParts(catalog, written, whole.flows), ...pluginNotes(catalog, written, loaded.roster)];
  if (options.quiet !== true) sayUnused(notes, locate, err);
  const filter: Filter = {
    sections: options.section,
    only: options.only,
    ...(options.from === undefined ? {} : { from: options.from }),
  };
  return { loaded: { ...loaded, topology }, catalog, plan: narrowed(whole, topology, filter), wholePlan: whole };
}

/** The plug-ins that belong to a catalog; none where there is no such catalog, which is said elsewhere. */
export async function rosterOf(id: string): Promise<Roster | undefined> {
  try {
    const { product } = await loadCatalog(id, catalogDirectory);
    return await loadRoster(catalogDirectory, product);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const mostNotes = 5;

/** Says on stderr what of a topology no flow uses, each place once: nothing that a user wrote disappears silently. */
function sayUnused(unused: readonly Unused[], locate: LoadedTopology["locate"], err: (text: string) => void): void {
  const lines = [...new Set(unused.map(({ path, message }) => formatProblem({ ...locate(path), message })))];
  for (const line of lines.slice(0, mostNotes)) err(`portmatrix: note: ${escapeUnseen(line)}\n`);
  if (lines.length > mostNotes) err(`portmatrix: note: ${lines.length - mostNotes} more parts are not used\n`);
}

/** A catalog of one's own may pair roles that no topology can bind. */
function refuseUnknownRoles(catalog: Catalog): void {
  const unbound = catalog.sections.flatMap(({ requirements }) => requirements.filter((one) => !isBindable(one)));
  if (unbound.length === 0) return;
  throw new InputError(
    unbound.map(({ id, from, to }) => ({
      file: `catalog ${catalog.product}/${catalog.version}`,
      path: id,
      message: `no topology has flows from ${from} to ${to}; docs/catalog.md lists the pairs of roles that there are`,
    })),
  );
}

/**
 * `--from NODE` says that this machine is NODE, and no other. How other nodes are reached stays known: their flows are
 * left out, but a responder or an inspection may be wanted there.
 */
function treatAsLocal(topology: Topology, from: string | undefined): Topology {
  if (from === undefined) return topology;
  const others = Object.entries(topology.vantages).filter(([, spec]) => !isLocal(spec));
  return { ...topology, vantages: { ...Object.fromEntries(others), [from]: "local" } };
}

/** A term that the topology names is no typo, but there is no flow for it either. */
function whyUnmatched(term: string, topology: Topology): string {
  const { server, remote_sites, hosts, clusters } = topology;
  const owners = [server, ...remote_sites].flatMap((one) => [one, ...one.sites]);
  const named = [...owners, ...hosts, ...clusters].flatMap(({ ports }) => Object.values(ports).map(String));
  const isNamed = nodesOf(topology).some(({ name }) => name === term) || named.includes(term.replace(/\/.*$/, ""));
  if (isNamed) return `"${term}" is in the topology, but no flow is planned for it; see \`portmatrix plan\``;
  return `"${term}" is no node, port, transport or requirement of any planned flow; see \`portmatrix plan\``;
}

function narrowed(whole: Plan, topology: Topology, filter: Filter): Plan {
  const complaints = unmatchedTerms(whole.flows, whole.sections, filter).map(({ option, term }) => ({
    file: option,
    message:
      option === "--section"
        ? `"${term}" is no section; sections: ${whole.sections.map(({ id }) => id).join(", ")}`
        : whyUnmatched(term, topology),
  }));
  const names = nodesOf(topology).map(({ name }) => name);
  if (filter.from !== undefined && !names.includes(filter.from)) {
    complaints.push({
      file: "--from",
      message: `the topology has no node "${filter.from}"; nodes: ${names.slice(0, 20).join(", ")}`,
    });
  }
  if (complaints.length > 0) throw new InputError(complaints);
  const part = narrow(whole, filter);
  if (part.flows.length > 0) return part;
  const options = [
    ...(filter.from === undefined ? [] : [`--from ${filter.from}`]),
    ...filter.sections.map((term) => `--section ${term}`),
    ...filter.only.map((term) => `--only ${term}`),
  ];
  throw new InputError([
    {
      file: options.join(" "),
      message: `no flow matches all of these; ${whole.flows.length} flows are planned without them`,
    },
  ]);
}
