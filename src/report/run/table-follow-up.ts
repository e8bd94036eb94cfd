import type { Result, Run } from "../../model/run/run.ts";
import { phraseCause } from "../view/cause-phrases.ts";
import { findCauses } from "../view/causes.ts";
import { worstOf } from "../../model/severity.ts";
import { columnsOf, hanging, wrap } from "../text/layout.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { commandAt, counted } from "../text/wording.ts";

const causesShown = 8;
const nodesShown = 6;

/** "What to look at first": the problems by cause, each with one piece of advice. Empty if there are none. */
export function drawFirstLook(results: readonly Result[], width: number, dress: Dress): string[] {
  const causes = findCauses(results);
  if (causes.length === 0) return [];
  const shown = causes.slice(0, causesShown);
  const digits = String(shown.length).length;
  const entries = shown.flatMap((cause, at) => {
    const { headline, advice } = phraseCause(cause);
    const verdict = worstOf(cause.results);
    const number = `${String(at + 1).padStart(digits)}. ${sign(verdict, dress)} `;
    const size = cause.results.length > 1 ? ` [${counted(cause.results.length, "flow")}]` : "";
    return [
      ...hanging(number, plainSigns(`${headline}${size}`, dress), {
        indent: 2,
        width,
        paint: (mark) => paint(verdict, mark, dress),
      }),
      ...hanging(" ".repeat(columnsOf(number)), plainSigns(advice, dress), { indent: 2, width }),
    ];
  });
  const rest = causes.slice(causesShown);
  const flows = rest.reduce((sum, cause) => sum + cause.results.length, 0);
  const more =
    rest.length === 0
      ? []
      : [
          plainSigns(
            `  … and ${counted(rest.length, "further cause")} of ${counted(flows, "flow")}; see the sections above.`,
            dress,
          ),
        ];
  return [paint("bold", "What to look at first", dress), ...entries, ...more];
}

/** "Not checked here": the flows that other nodes must send, with the command for each. Empty if all were sent. */
export function drawNotChecked(run: Pick<Run, "results" | "topology">, width: number, dress: Dress): string[] {
  const { nodes, interrupted } = notCheckedOf(run);
  const stopped =
    interrupted === 0 ? [] : [`${counted(interrupted, "flow")} left out because the run was interrupted.`];
  if (nodes.length === 0) return stopped;
  const shown = nodes.length > nodesShown + 1 ? nodes.slice(0, nodesShown) : nodes;
  const rest = nodes.slice(shown.length);
  const flows = (some: typeof nodes) => some.reduce((sum, one) => sum + one.flows, 0);
  const nameWidth = Math.min(Math.max(...shown.map(({ node }) => columnsOf(node))), Math.floor(width / 3));
  const countWidth = Math.max(...shown.map((one) => counted(one.flows, "flow").length));
  return [
    paint("bold", "Not checked here", dress),
    ...wrap(
      `${counted(flows(nodes), "flow")} ${flows(nodes) === 1 ? "starts" : "start"} at nodes that this run could not send from. Run the command there (without Node: what \`portmatrix script --from NODE\` writes), or declare under "vantages:" in the topology how to reach them.`,
      width - 2,
    ).map((line) => `  ${line}`),
    ...shown.flatMap(({ node, flows: count, command }) =>
      hanging(`${node.padEnd(nameWidth)}  ${counted(count, "flow").padEnd(countWidth)}  `, command, {
        indent: 2,
        width,
      }),
    ),
    ...(rest.length === 0
      ? []
      : hanging(
          plainSigns("… ", dress),
          `and ${counted(rest.length, "more node")} with ${counted(flows(rest), "flow")}: ${commandAt("NODE", run.topology)}`,
          { indent: 2, width },
        )),
    ...stopped,
  ];
}
