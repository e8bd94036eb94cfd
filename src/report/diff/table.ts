import {
  type Change,
  type ChangeKind,
  changeKinds,
  type Comparison,
  type ComparisonSummary,
} from "../../model/comparison.ts";
import { plainTexts } from "../../model/printable.ts";
import type { Verdict } from "../../model/verdict.ts";
import { describeRun, flowOf, kindTitles, phraseCaveat, reasonsOf, turnOf, verdictTitles } from "./phrase.ts";
import { hanging, wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns } from "../text/palette.ts";
import { counted } from "../text/wording.ts";

/** So many changes of one kind are told one by one; the record and CSV have all. */
const shownOfKind = 40;

const looks = {
  broken: { style: "fail", unicode: "✗", ascii: "X" },
  lost: { style: "error", unicode: "E", ascii: "E" },
  flaky: { style: "warn", unicode: "~", ascii: "~" },
  changed: { style: "unknown", unicode: "*", ascii: "*" },
  new: { style: "skipped", unicode: "+", ascii: "+" },
  gone: { style: "skipped", unicode: "–", ascii: "-" },
  gained: { style: "skipped", unicode: "›", ascii: ">" },
  fixed: { style: "pass", unicode: "✓", ascii: "v" },
} as const satisfies Record<ChangeKind, { style: Verdict; unicode: string; ascii: string }>;

const verdictStyles = {
  regression: "fail",
  undecided: "error",
  "no-regression": "pass",
  "no-change": "pass",
} as const satisfies Record<ComparisonSummary["verdict"], Verdict>;

/** The sign of a kind of change, told apart without colour. */
export const changeSign = (kind: ChangeKind, { unicode }: Pick<Dress, "unicode">): string =>
  looks[kind][unicode ? "unicode" : "ascii"];

/** What a firewall change did, for a person at a terminal: the most urgent changes first, the sum at the end. */
export function renderDiffTable(raw: Comparison, { width, colour, unicode = true }: RenderOptions): string {
  const { before, after, caveats, changes, summary } = plainTexts(raw);
  const dress: Dress = { colour, unicode };
  const text = (mark: string, words: string, indent = 2) =>
    hanging(plainSigns(mark, dress), plainSigns(words, dress), { indent, width });
  const blocks = [
    [
      paint("bold", "portmatrix diff", dress),
      ...text("old  ", describeRun(before), 0),
      ...text("new  ", describeRun(after), 0),
    ],
    caveats.length === 0
      ? []
      : [paint("bold", "Compare with care", dress), ...caveats.flatMap((caveat) => text("! ", phraseCaveat(caveat)))],
    ...changeKinds.map((kind) => drawKind(kind, changes, width, dress)),
    drawSummary(summary, width, dress),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function drawKind(kind: ChangeKind, changes: readonly Change[], width: number, dress: Dress): string[] {
  const all = changes.filter((change) => change.kind === kind);
  if (all.length === 0) return [];
  const rest = all.length - shownOfKind;
  return [
    ...wrap(`${kindTitles[kind]} (${all.length.toLocaleString("en")})`, width).map((line) =>
      paint("bold", line, dress),
    ),
    ...all.slice(0, shownOfKind).flatMap((change) => drawChange(change, width, dress)),
    ...(rest > 0
      ? [`  ${plainSigns("…", dress)} and ${counted(rest, "more flow")}; the formats json and csv list all.`]
      : []),
  ];
}

function drawChange(change: Change, width: number, dress: Dress): string[] {
  const { style } = looks[change.kind];
  const lines = (mark: string, words: string) =>
    hanging(mark, plainSigns(words, dress), { indent: 2, width, paint: (plain) => paint(style, plain, dress) });
  return [
    ...lines(`${changeSign(change.kind, dress)} `, `${flowOf(change)}: ${turnOf(change)}`),
    ...reasonsOf(change).flatMap((reason) => lines("    ", reason)),
  ];
}

/** `REGRESSION  2 broken, 0 lost, …, 12 unchanged`. */
function drawSummary({ verdict, unchanged, ...counts }: ComparisonSummary, width: number, dress: Dress): string[] {
  const parts = changeKinds.map((kind) => `${counts[kind].toLocaleString("en")} ${kind}`);
  return hanging(`${verdictTitles[verdict]}  `, [...parts, `${unchanged.toLocaleString("en")} unchanged`].join(", "), {
    indent: 0,
    width,
    paint: (mark) => paint(verdictStyles[verdict], mark, dress),
  });
}
