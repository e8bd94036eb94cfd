import { plainTexts } from "../../model/text/printable.ts";
import type { Flow, Plan } from "../../model/flow.ts";
import { groupBy } from "../text/group-by.ts";
import { inOrder, service } from "../text/wording.ts";

/** One line of the communication matrix, all texts fit to print. */
export interface PlanLine {
  section: string;
  requirement: string;
  from: string;
  to: string;
  address: string;
  protocol: string;
  /** Empty for ICMP. */
  port: string;
  service: string;
  why: string;
  expect: string;
  /** The feature of the topology that made it apply; empty if it always does. */
  feature: string;
  /** `8000/tcp`. */
  where: string;
  /** Names the group of flows of which one is enough; empty if there is none. */
  alternative: string;
}

/** What a table of flows has, in its order: CSV and workbook. */
export const planColumns = [
  "section",
  "from",
  "to",
  "address",
  "protocol",
  "port",
  "service",
  "why",
  "expect",
  "feature",
  "requirement",
  "alternative",
] as const satisfies readonly (keyof PlanLine)[];

/** A section of the plan with its lines. */
export interface PlanSection {
  id: string;
  title: string;
  anchor: string;
  lines: readonly PlanLine[];
}

/** Lines by port, as the document lists them, then by names; ICMP comes last. */
function inDocumentOrder(flows: readonly Flow[]): Flow[] {
  const rank = new Map(inOrder(flows.map(nameOf)).map((name, at) => [name, at]));
  const portOf = ({ port = 65_536 }: Flow) => port;
  return flows.toSorted(
    (a, b) =>
      portOf(a) - portOf(b) ||
      a.protocol.localeCompare(b.protocol, "en") ||
      (rank.get(nameOf(a)) ?? 0) - (rank.get(nameOf(b)) ?? 0),
  );
}

const nameOf = ({ from, to, address }: Flow): string => `${from} ${to} ${address}`;

/** The flows of a plan by section, in the order of the document. Credentials are in the probes and never get here. */
export function planSections(plan: Plan): PlanSection[] {
  const bySection = groupBy(plan.flows, ({ section }) => section);
  return plan.sections.flatMap(({ id, title, anchor }) => {
    const flows = bySection.get(id);
    return flows === undefined
      ? []
      : [plainTexts({ id, title: title.en, anchor, lines: inDocumentOrder(flows).map(lineOf) })];
  });
}

function lineOf(flow: Flow): PlanLine {
  const {
    section,
    requirement,
    from,
    to,
    address,
    protocol,
    port,
    purpose,
    expect,
    enabledBy = "",
    alternative = "",
  } = flow;
  const place = { section, requirement, from, to, address, protocol, port: port === undefined ? "" : String(port) };
  return {
    ...place,
    service: flow.service,
    why: purpose,
    expect,
    feature: enabledBy,
    where: service(flow),
    alternative,
  };
}
