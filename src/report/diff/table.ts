import { type ChangeKind, changeKinds, type Comparison, type ComparisonSummary } from "../../model/run/comparison.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { Verdict } from "../../model/verdict.ts";
import { type ChangeGroup, firstOf, groupChanges, sizeOf } from "./groups.ts";
import { describeRun, flowOf, kindTitles, phraseCaveat, reasonsOf, turnOf, verdictTitles } from "./phrase.ts";
import { hanging, wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns } from "../text/palette.ts";
import { counted } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** So many changes or causes of one kind are told one by one; the record and CSV have all. */
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
  const comparison = plainTexts(raw);
  const { before, after, caveats, summary } = comparison;
  const groupsOf = groupChanges(comparison);
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
    ...changeKinds.map((kind) => drawKind(kind, groupsOf(kind), { width, dress, topology: after.topology })),
    drawSummary(summary, width, dress),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

interface Look {
  width: number;
  dress: Dress;
  topology: string | undefined;
}

function drawKind(kind: ChangeKind, groups: readonly ChangeGroup[], look: Look): string[] {
  if (groups.length === 0) return [];
  const { width, dress } = look;
  const all = sizeOf(groups);
  const shown = groups.slice(0, shownOfKind);
  const rest = all - sizeOf(shown);
  return [
    ...wrap(`${kindTitles[kind]} (${inThousands(all)})`, width).map((line) => paint("bold", line, dress)),
    ...shown.flatMap((group) => drawGroup(kind, group, look)),
    ...(rest > 0
      ? [`  ${plainSigns("…", dress)} and ${counted(rest, "more flow")}; the formats json and csv list all.`]
      : []),
  ];
}

/** One change with its reasons, or a cause, its advice and the first of its changes. */
function drawGroup(kind: ChangeKind, { cause, changes }: ChangeGroup, { width, dress, topology }: Look): string[] {
  const { style } = looks[kind];
  const lines = (mark: string, words: string) =>
    words === ""
      ? []
      : hanging(mark, plainSigns(words, dress), { indent: 2, width, paint: (plain) => paint(style, plain, dress) });
  const sign = `${changeSign(kind, dress)} `;
  if (cause === undefined) {
    return changes.flatMap((change) => [
      ...lines(sign, `${flowOf(change)}: ${turnOf(change)}`),
      ...reasonsOf(change, topology).flatMap((reason) => lines("    ", reason)),
    ]);
  }
  const { shown, rest } = firstOf(changes);
  return [
    ...lines(sign, `${cause.headline} [${counted(changes.length, "flow")}]`),
    ...lines("    ", cause.advice),
    ...shown.flatMap((change) => lines("    ", `${flowOf(change)}: ${turnOf(change)}`)),
    ...(rest > 0 ? lines("    ", `… and ${counted(rest, "more flow")}`) : []),
  ];
}

/** `REGRESSION  2 broken, 0 lost, …, 12 unchanged`. */
function drawSummary({ verdict, unchanged, ...counts }: ComparisonSummary, width: number, dress: Dress): string[] {
  const parts = changeKinds.map((kind) => `${inThousands(counts[kind])} ${kind}`);
  return hanging(`${verdictTitles[verdict]}  `, [...parts, `${inThousands(unchanged)} unchanged`].join(", "), {
    indent: 0,
    width,
    paint: (mark) => paint(verdictStyles[verdict], mark, dress),
  });
}
