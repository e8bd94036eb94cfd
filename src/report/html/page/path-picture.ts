import { h, type JSX } from "preact";
import type { Trace } from "../../../model/run/walk.ts";
import { caveatSentences, pathSentence } from "../../text/path-words.ts";
import { pathOf } from "../path-drawing.ts";

const states = {
  had: "had the packet",
  mute: "never answers",
  unknown: "no answer",
  says: "answered for the target",
} as const;

/** The path of a flow that was walked: its hops in a row, and the place where it dies. */
export function PathPicture({ trace, from, to }: { trace: Trace; from: string; to: string }): JSX.Element {
  return h(
    "figure",
    { class: "path" },
    h(
      "ol",
      null,
      pathOf(trace, from, to).map(({ label, state, isCut }, at) =>
        h(
          "li",
          { key: at, class: isCut ? `${state} cut` : state },
          isCut ? h("b", { title: "it dies here" }, "✕ ") : undefined,
          h("span", { title: states[state] }, label),
        ),
      ),
    ),
    h("figcaption", null, [pathSentence(trace), ...caveatSentences(trace.conclusion)].join(" ")),
  );
}
