import { createHash } from "node:crypto";
import {
  type Fragment,
  fragmentFlowSchema,
  fragmentMarks,
  fragmentPrefix,
  fragmentSchema,
} from "../../model/run/fragment.ts";
import { posixCksum } from "./cksum.ts";
import { readFact } from "./facts.ts";
import { listeningOf } from "./listening.ts";
import { Damaged, damaged, numberOf, textOf } from "./words.ts";

/** A fragment that stood in a text, or why it cannot be read. */
export type ReadFragment = { fragment: Fragment } | { refusal: string };

/** Of a fragment whose first mark is missing or damaged. */
export const beheaded = "it is damaged: the mark before its first line is missing";

/** Bounds for what strangers write. */
const most = { fragments: 1_000, lines: 500_000, bytes: 64 * 1024 * 1024, factsOfAFlow: 200 };

/**
 * Every fragment in a text. Each stands for itself: one that is damaged takes nothing from the others. Reading costs no
 * more than the text is long, whatever is in it.
 */
export function readFragments(text: string): ReadFragment[] {
  const found: ReadFragment[] = [];
  let lines: string[] | undefined;
  let bytes = 0;
  /** Lines of a script have come since the last fragment ended: the mark before them is missing. */
  let isBeheaded = false;
  let isSkipped = false;
  const finish = (result: ReadFragment) => {
    found.push(result);
    lines = undefined;
    isBeheaded = false;
    isSkipped = false;
  };
  for (const line of splitLines(text)) {
    if (line.includes(fragmentMarks.begin)) {
      if (lines !== undefined) finish({ refusal: "it breaks off: another one begins before its end" });
      else if (isBeheaded) finish({ refusal: beheaded });
      isSkipped = false;
      if (found.length >= most.fragments)
        return [...found, { refusal: `more than ${most.fragments} fragments in one text` }];
      lines = [];
      bytes = 0;
    } else if (lines !== undefined && line.includes(fragmentMarks.end)) {
      finish(readOne(lines, line.slice(line.indexOf(fragmentMarks.end) + fragmentMarks.end.length)));
    } else if (lines !== undefined && line.startsWith(fragmentPrefix)) {
      bytes += line.length;
      lines.push(line);
      if (lines.length > most.lines || bytes > most.bytes) {
        finish({ refusal: "it is too large" });
        isSkipped = true; // what is left of it is of no use
      }
    } else if (!isSkipped && line.startsWith(`${fragmentPrefix}format `)) {
      isBeheaded = true;
    } else if (isBeheaded && line.includes(fragmentMarks.end)) {
      finish({ refusal: beheaded });
    }
  }
  if (isBeheaded) finish({ refusal: beheaded });
  if (lines !== undefined) finish({ refusal: "it breaks off before its end" });
  return found;
}

function* splitLines(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const next = text.indexOf("\n", at);
    const end = next === -1 ? text.length : next;
    yield text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    at = end + 1;
  }
}

function readOne(lines: readonly string[], end: string): ReadFragment {
  try {
    refuseBroken(lines, end);
    return { fragment: readWhole(lines) };
  } catch (error) {
    if (error instanceof Damaged) return { refusal: `it is damaged: ${error.message}` };
    throw error;
  }
}

/** The count and the sum behind the last mark. */
function refuseBroken(lines: readonly string[], end: string): void {
  const [, count, sum = ""] =
    /^ (\d{1,9}) (sha256:[0-9a-f]{64}|cksum:\d{1,10}|-)-----/.exec(end) ?? damaged("its last line is not whole");
  if (Number(count) !== lines.length) damaged(`it has ${lines.length} lines of the ${count} that it says`);
  const [kind, value] = sum.split(":");
  const whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  if (kind === "sha256" && createHash("sha256").update(whole).digest("hex") !== value)
    damaged("its sum is another one");
  if (kind === "cksum" && posixCksum(whole) !== Number(value)) damaged("its sum is another one");
}

function readWhole(lines: readonly string[]): Fragment {
  const head = new Map<string, string>();
  const flows = new Map<number, Map<string, object[]>>();
  const nameless = new Map<number, string>();
  for (const line of lines) {
    const [first = "", ...rest] = line.slice(fragmentPrefix.length).split(" ");
    if (/^[a-z]+$/.test(first)) {
      if (head.has(first)) damaged(`it says "${first}" twice`);
      head.set(first, rest.join(" "));
      continue;
    }
    const number = numberOf(first);
    const [address = "", ...words] = rest;
    const places = flows.get(number) ?? new Map<string, object[]>();
    flows.set(number, places);
    if (words[0] === "nameless") {
      nameless.set(number, textOf(words[1]));
      continue;
    }
    const facts = places.get(address) ?? [];
    places.set(address, facts);
    facts.push(readFact(words));
    if (facts.length > most.factsOfAFlow || places.size > 64) damaged(`flow ${number} has more than a script says`);
  }
  return checked(head, flows, nameless);
}

function checked(
  head: ReadonlyMap<string, string>,
  flows: ReadonlyMap<number, ReadonlyMap<string, readonly object[]>>,
  nameless: ReadonlyMap<number, string>,
): Fragment {
  const value = (key: string): string => head.get(key) ?? damaged(`it does not say "${key}"`);
  const [shell, script, scriptFound] = value("script").split(" ");
  const unreached = head.get("unreached");
  const [asked, listening] = [head.get("asked"), head.get("listens")];
  const parsed = fragmentSchema.safeParse({
    format: value("format"),
    version: value("version"),
    node: value("node"),
    plan: value("plan"),
    seed: value("seed"),
    timeoutMs: numberOf(value("timeout")),
    shell,
    script,
    ...(scriptFound === "-" ? {} : { scriptFound }),
    tool: value("tool"),
    beganAt: timeOf(value("began")),
    endedAt: timeOf(value("finished")),
    ...(asked === undefined ? {} : { asked: asked.split(" ") }),
    ...(listening === undefined ? {} : { listening: listeningOf(listening) }),
    ...(unreached === undefined ? {} : { unreached: textOf(unreached) }),
    flows: [...flows].map(([number, places]) => {
      const words = nameless.get(number);
      const flow = fragmentFlowSchema.safeParse({
        number,
        ...(words === undefined ? {} : { nameless: words }),
        places: [...places].map(([address, facts]) => ({ address, facts })),
      });
      return flow.success ? flow.data : damaged(`flow ${number} is not written as scripts write`);
    }),
  });
  if (parsed.success) return parsed.data;
  return damaged(`its "${String(parsed.error.issues[0]?.path[0] ?? "format")}" is none`);
}

function timeOf(word: string): string {
  const seconds = numberOf(word);
  return seconds > 8_640_000_000_000 ? damaged("its time is none") : new Date(seconds * 1_000).toISOString();
}
