import { h, type JSX } from "preact";
import type { Run } from "../../model/run/run.ts";
import { severity, worstOf } from "../../model/severity.ts";
import { phraseCause } from "../view/cause-phrases.ts";
import type { Cause } from "../view/cause.ts";
import { findCauses } from "../view/causes.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { sign } from "../text/palette.ts";
import { commandAt, counted } from "../text/wording.ts";
import type { Graph } from "./graph.ts";
import { drawPicture } from "./picture.ts";
import { prose } from "./prose.ts";

const causesShown = 20;
const causesOpen = 6;
const nodesShown = 200;

/** The causes that the page names, each with its headline; the payload numbers them in this order. */
export function namedCauses(run: Pick<Run, "results">): { label: string; advice: string; cause: Cause }[] {
  return findCauses(run.results)
    .slice(0, causesShown)
    .map((cause) => {
      const { headline, advice } = phraseCause(cause);
      return { label: headline, advice, cause };
    });
}

/** "What to look at first". The buttons are hidden until the script makes them work. */
export function drawCauses(causes: ReturnType<typeof namedCauses>): JSX.Element | undefined {
  if (causes.length === 0) return undefined;
  const entry = ({ label, advice, cause: { results } }: (typeof causes)[number], at: number) => {
    const verdict = worstOf(results);
    return h(
      "li",
      { class: verdict },
      h("span", { class: "sign", "aria-hidden": "true" }, sign(verdict, { unicode: true })),
      h(
        "div",
        null,
        h("p", { class: "what" }, h("span", { class: "hush" }, `${verdict}: `), prose(label)),
        advice === "" ? undefined : h("p", { class: "advice" }, prose(advice)),
        h(
          "button",
          { type: "button", class: "link", hidden: true, "data-show-cause": at },
          `Show ${counted(results.length, "flow")}`,
          h("span", { class: "hush" }, ` of cause ${at + 1} in the matrix`),
        ),
      ),
    );
  };
  const rest = causes.slice(causesOpen);
  return h(
    "section",
    { class: "card causes", "aria-labelledby": "causes" },
    h("h2", { id: "causes" }, "What to look at first"),
    h("ol", null, causes.slice(0, causesOpen).map(entry)),
    rest.length === 0
      ? undefined
      : h(
          "details",
          { class: "more" },
          h("summary", null, counted(rest.length, "further cause")),
          h(
            "ol",
            { start: causesOpen + 1 },
            rest.map((cause, at) => entry(cause, at + causesOpen)),
          ),
        ),
  );
}

/** The picture, and the same as a list, in which each arrow has a button. */
export function drawTopology(graph: Graph): JSX.Element | undefined {
  if (graph.arrows.length === 0) return undefined;
  const order = [...graph.arrows.entries()].toSorted(([, a], [, b]) => severity(a.verdict) - severity(b.verdict));
  return h(
    "section",
    { class: "card topology", "aria-labelledby": "topology" },
    h("h2", { id: "topology" }, "Who talks to whom"),
    h("div", { class: "canvas" }, drawPicture(graph)),
    h(
      "details",
      null,
      h("summary", null, "The same as a list"),
      h(
        "ul",
        { class: "arrows" },
        order.map(([at, { label, verdict }]) =>
          h(
            "li",
            { class: verdict },
            h("span", { class: "sign", "aria-hidden": "true" }, sign(verdict, { unicode: true })),
            h("span", null, label),
            h("button", { type: "button", class: "link", hidden: true, "data-show-arrow": at }, "Show"),
          ),
        ),
      ),
    ),
  );
}

/** The flows that other nodes must send, with the command for each node. */
export function drawNotChecked(run: Pick<Run, "results" | "topology">): JSX.Element | undefined {
  const { nodes, interrupted } = notCheckedOf(run);
  if (nodes.length === 0 && interrupted === 0) return undefined;
  const flows = nodes.reduce((sum, one) => sum + one.flows, 0);
  const rest = nodes.length - nodesShown;
  const list = h(
    "ul",
    { class: "commands" },
    nodes
      .slice(0, nodesShown)
      .map(({ node, flows: own, command }) =>
        h("li", null, h("b", null, node), ` ${counted(own, "flow")} `, h("code", null, command)),
      ),
    rest > 0
      ? h("li", null, `… and ${counted(rest, "more node")}: `, h("code", null, commandAt("NODE", run.topology)))
      : undefined,
  );
  return h(
    "section",
    { class: "card", "aria-labelledby": "not-checked" },
    h("h2", { id: "not-checked" }, "Not checked here"),
    nodes.length === 0
      ? undefined
      : h(
          "p",
          null,
          `${counted(flows, "flow")} ${flows === 1 ? "starts" : "start"} at ${counted(nodes.length, "node")} that this run could not send from. Run the command there, or declare under “vantages:” in the topology how to reach them. A machine without Node can run the script that “portmatrix script --from NODE” writes.`,
        ),
    nodes.length <= 6 ? list : h("details", null, h("summary", null, "The command for each node"), list),
    interrupted === 0
      ? undefined
      : h("p", null, `${counted(interrupted, "flow")} left out because the run was interrupted.`),
  );
}
