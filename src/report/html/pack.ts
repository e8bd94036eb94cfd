import type { Result } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import { duration, service } from "../text/wording.ts";

/** What differs between results that share a template. */
export type Value = string | number;

/** Something as JSON knows it, with gaps in its texts. */
export type Like = string | number | boolean | null | readonly Like[] | { readonly [key: string]: Like };

/**
 * What many results have in common: a result with gaps. A gap is one control character, which printable text never
 * holds: `\u0001` stands for the source, `\u0002` for the target, `\u0004` and above for the value with that code less
 * 4. A text that is nothing but a gap stands for the value itself, be it text or number.
 */
export interface Template {
  like: Like;
  verdict: Verdict;
  /** `8000/tcp` or `ICMP echo`. */
  service: string;
}

/** A template's number, then what fills its gaps. */
export type PackedResult = readonly [template: number, ...values: Value[]];

/** Codes of the characters that mark gaps; `\u0000` stands between texts that are searched in one go. */
const gap = { from: "\u0001", to: "\u0002", first: 4, last: 0x1f } as const;
const markOf = (at: number): string => String.fromCharCode(gap.first + at);

/** A result taken apart: `key` is the same for results that share a template; `texts` are its own texts with gaps. */
interface Piece {
  key: string;
  texts: string;
  values: readonly Value[];
}

/** Results, all of them printable, in few bytes: templates that they share, and for each what differs. */
export function pack(results: readonly Result[]): { templates: Template[]; packed: Map<Result, PackedResult> } {
  const groups = new Map<string, { first: Piece; members: [Result, readonly Value[]][] }>();
  for (const result of results) {
    const piece = takeApart(result);
    const group = groups.get(piece.key);
    if (group === undefined) groups.set(piece.key, { first: piece, members: [[result, piece.values]] });
    else group.members.push([result, piece.values]);
  }
  const packed = new Map<Result, PackedResult>();
  const templates = [...groups.values()].flatMap(({ first, members }, at) => {
    const [sample] = members[0] ?? [];
    if (sample === undefined) return [];
    const kept = first.values.map((value, column) => members.some(([, values]) => values[column] !== value));
    for (const [result, values] of members) packed.set(result, [at, ...values.filter((_, column) => kept[column])]);
    const marks = first.values.map((value, column) =>
      kept[column] === true ? markOf(kept.slice(0, column).filter(Boolean).length) : value,
    );
    return [
      {
        like: fill(withGaps(sample, first.texts.split("\u0000")), marks),
        verdict: sample.verdict,
        service: service(sample),
      },
    ];
  });
  return { templates, packed };
}

/** Collects what may differ: address, time, the leaves of the evidence; and cuts these and the names out of all texts. */
function takeApart(result: Result): Piece {
  const values: Value[] = [result.address];
  const texts: string[] = [];
  let shape = "";
  for (const [name, value] of Object.entries(result)) {
    shape += `${name}:`;
    if (typeof value === "string") texts.push(value);
    else if (name === "rttMs" || typeof value === "object") shape = gather(value, shape, values);
    else shape += `${value};`;
  }
  const marked = values.flatMap((value, at): [string, string][] => {
    if (typeof value === "number" || value.length < 4) return [];
    return [[value, markOf(at)]];
  });
  // Our own sentences round times, so the rounded time is a value of its own.
  for (const time of new Set([result.rttMs, result.evidence.waitedMs])) {
    if (time === undefined || values.length > gap.last - gap.first) continue;
    marked.push([duration(time), markOf(values.length)]);
    values.push(duration(time));
  }
  marked.push([result.from, gap.from], [result.to, gap.to]);
  marked.sort(([a], [b]) => b.length - a.length);
  let joined = texts.join("\u0000");
  for (const [text, mark] of marked) if (text !== "") joined = joined.replaceAll(text, mark);
  return { key: `${shape}\u0000${values.length}\u0000${joined}`, texts: joined, values };
}

/** Adds the leaves of a value to `values` and its structure to the shape; leaves beyond the last gap stay in the shape. */
function gather(value: unknown, shape: string, values: Value[]): string {
  if (typeof value === "object" && value !== null) {
    return `${Object.entries(value).reduce((sum, [key, inner]) => gather(inner, `${sum}${key}:`, values), `${shape}{`)}}`;
  }
  if (!isLeaf(value) || !hasRoom(values.length)) return `${shape}${JSON.stringify(value)};`;
  values.push(value);
  return `${shape}${typeof value};`;
}

const isLeaf = (value: unknown): value is Value => typeof value === "string" || typeof value === "number";
/** Two gaps are left for the rounded times. */
const hasRoom = (used: number): boolean => used < gap.last - gap.first - 1;

/** A result with gaps instead of all its values; `texts` are its own texts with gaps, in order. */
function withGaps(result: Result, texts: readonly string[]): Like {
  let next = 1;
  let text = 0;
  const leaf = (value: Like): Like => {
    if (Array.isArray(value)) return value.map(leaf);
    if (typeof value === "object" && value !== null) return mapValues(value as { [key: string]: Like }, leaf);
    return isLeaf(value) && hasRoom(next) ? markOf(next++) : value;
  };
  return Object.fromEntries(
    Object.entries(result).map(([name, value]): [string, Like] => {
      if (typeof value === "string") return [name, texts[text++] ?? ""];
      return [name, name === "rttMs" || typeof value === "object" ? leaf(value as Like) : (value as Like)];
    }),
  );
}

/** Fills the gaps of values; `names` fills those of the two nodes. */
export function fill(like: Like, values: readonly Value[], names?: { from: string; to: string }): Like {
  if (typeof like === "string") {
    const alone = like.length === 1 ? values[like.charCodeAt(0) - gap.first] : undefined;
    if (alone !== undefined) return alone;
    // eslint-disable-next-line no-control-regex
    return like.replaceAll(/[\u0001-\u001f]/g, (mark) => {
      if (mark === gap.from) return names?.from ?? mark;
      if (mark === gap.to) return names?.to ?? mark;
      return String(values[mark.charCodeAt(0) - gap.first] ?? "");
    });
  }
  if (Array.isArray(like)) return like.map((inner: Like) => fill(inner, values, names));
  if (typeof like === "object" && like !== null) {
    return mapValues(like as { [key: string]: Like }, (inner) => fill(inner, values, names));
  }
  return like;
}

const mapValues = (value: { readonly [key: string]: Like }, change: (inner: Like) => Like): Like =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
