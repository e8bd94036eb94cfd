import { Fragment, h, type JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Result } from "../../../model/run/run.ts";
import { sign } from "../../text/palette.ts";
import { commandFor, evidenceOf, factsOf } from "../flow-details.ts";
import { type MatrixIndex, resultOf } from "../matrix-index.ts";
import { prose } from "../prose.ts";
import type { Opened } from "./opened.ts";
import { PathPicture } from "./path-picture.ts";

/** A cell rarely has more flows; nobody reads more at once. */
const flowsShown = 40;

/** Everything that is known of the flows of one cell: evidence, proof, advice, and the command to see it again. */
export function DetailsPanel({
  index,
  opened,
  onClose,
}: {
  index: MatrixIndex;
  opened: Opened;
  onClose: () => void;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (opened.takesFocus) heading.current?.focus();
  }, [opened]);
  const rest = opened.flows.length - flowsShown;
  const tools = new Map(index.payload.taken);
  const drawn = opened.flows.slice(0, flowsShown).map((flow) => ({ flow, result: resultOf(index, flow) }));
  return h(
    "aside",
    { class: "details", "aria-labelledby": "details" },
    h(
      "div",
      { class: "details-head" },
      h("h2", { id: "details", tabIndex: -1, ref: heading }, opened.title),
      h("button", { type: "button", class: "plain", "aria-label": "Close the details", onClick: onClose }, "×"),
    ),
    drawn.map(({ flow, result }) =>
      h(FlowDetails, { key: flow, result, tool: tools.get(result.from), topology: index.payload.topology }),
    ),
    rest > 0 ? h("p", null, `… and ${rest.toLocaleString("en")} more; open a single cell to see them.`) : undefined,
  );
}

function FlowDetails({
  result,
  tool,
  topology,
}: {
  result: Result;
  tool: string | undefined;
  topology: string | undefined;
}): JSX.Element {
  const { verdict, service, message, advice, from, to } = result;
  const { trace } = result.evidence;
  const command = commandFor(result, topology);
  const evidence = evidenceOf(result);
  return h(
    "article",
    { class: verdict },
    h(
      "h3",
      null,
      h(
        "span",
        { class: "badge" },
        h("span", { "aria-hidden": "true" }, `${sign(verdict, { unicode: true })} `),
        verdict,
      ),
      service,
    ),
    h("p", { class: "message" }, prose(message)),
    advice === undefined
      ? undefined
      : h(Fragment, null, h("h4", null, "Where to look"), h("p", { class: "advice" }, prose(advice))),
    trace === undefined ? undefined : h(Fragment, null, h("h4", null, "The way"), h(PathPicture, { trace, from, to })),
    h("h4", null, `See it again, on ${from}`),
    h("div", { class: "command" }, h("code", { tabIndex: 0 }, command), h(CopyButton, { text: command })),
    h("h4", null, "Facts"),
    pairs(factsOf(result, tool)),
    evidence.length === 0 ? undefined : h(Fragment, null, h("h4", null, "Evidence"), pairs(evidence)),
  );
}

const pairs = (all: readonly (readonly [string, string])[]): JSX.Element =>
  h(
    "dl",
    null,
    all.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
  );

/** Copies a text where the browser lets a page do so; absent elsewhere. */
function CopyButton({ text }: { text: string }): JSX.Element | null {
  const [state, setState] = useState<"copy" | "copied" | "not allowed">("copy");
  const clipboard = (navigator as Partial<Navigator>).clipboard;
  if (clipboard === undefined) return null;
  const copy = () =>
    clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("not allowed"),
    );
  return h("button", { type: "button", class: "plain", onClick: copy, "aria-live": "polite" }, state);
}
