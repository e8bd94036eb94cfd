/**
 * Characters that nobody sees, or that steer what shows them: control characters C0 and C1, format characters with the
 * bidirectional and zero-width ones, private, unassigned and half characters (Unicode general category C); blanks and
 * line breaks (Z); what a font leaves out, such as the soft hyphen, the Hangul fillers, variation selectors and tags
 * (Default_Ignorable_Code_Point, Unicode Standard section 5.21); and three signs that have a glyph without ink.
 */
const unseen = String.raw`\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\u{16FE4}`;
const unseenRun = new RegExp(`[${unseen}]+`, "gu");
const unseenButBlank = new RegExp(`(?! )[${unseen}]`, "gu");
/** They choose a look for the sign before them. Without them it has its usual look, so no blank takes their place. */
const variationSelectors = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu;

/**
 * Visible ASCII with single blanks inside, which is what nearly every text is: nothing in it needs cleaning. A text with
 * `#` or with `::` in front is looked at more closely.
 */
const visible = /^(?!::)[!-"$-~]*(?: [!-"$-~]+)*$/;

/**
 * Takes the sense from what the log of a CI job would obey: `::error::…` at the start of a line (GitHub Actions;
 * actions/runner, ActionCommand.cs) and `##[…]` or `##vso[…]` anywhere in it (Azure Pipelines, and GitHub for
 * compatibility). Whoever breaks a text into lines does so for each of them. IPv6 addresses such as `::1` stay as they are: names of commands have letters that no address has.
 */
export function disarm(text: string): string {
  return text.replaceAll(/##(?=\[|vso\[)/gi, "# #").replace(/^ *:(?=:[a-z-]*[g-z-])/i, (colon) => `${colon} `);
}

/**
 * Foreign text made safe for a terminal, a report and a log. What cannot be seen becomes one blank, runs of it as well;
 * letters of all scripts, accents and emoji stay, of which one that is joined from several becomes these.
 * A text of visible ASCII only, the usual case, is returned as it is.
 */
export function plainText(foreign: string): string {
  if (visible.test(foreign)) return foreign;
  return disarm(foreign.replaceAll(variationSelectors, "").replaceAll(unseenRun, " ").trim());
}

/**
 * The same for a message about a mistake: what cannot be seen is the mistake at times, so it stands as an escape,
 * `\n`, `\u200b` or `\u{e0041}`. Ordinary blanks stay.
 */
export function escapeUnseen(foreign: string): string {
  if (visible.test(foreign)) return foreign;
  return disarm(foreign.replaceAll(unseenButBlank, escapeOf));
}

/** The same for a text of several lines, which stay lines. */
export const escapeUnseenByLine = (foreign: string): string => foreign.split("\n").map(escapeUnseen).join("\n");

const shortEscapes: Readonly<Record<string, string>> = {
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

function escapeOf(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16);
  return shortEscapes[character] ?? (digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`);
}

const utf8 = new TextDecoder("utf-8");

/**
 * Foreign text as `plainText` makes it, cut to `maxCharacters` code points with `…` as the last one.
 * Bytes are read as UTF-8; what is not UTF-8 shows as U+FFFD.
 */
export function printable(foreign: string | Uint8Array, maxCharacters: number): string {
  return cutTo(maxCharacters, plainText(typeof foreign === "string" ? foreign : utf8.decode(foreign)));
}

/** A text of at most so many code points, the last of them `…` where something is left out. */
export function cutTo(maxCharacters: number, text: string): string {
  const characters = Array.from(text);
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}

/**
 * A value with every text inside it made safe, keys included. For values as JSON knows them. What is safe already
 * is not copied: a large run is made of little else.
 */
export function plainTexts<Value>(value: Value): Value {
  return clean(value) as Value;
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (isPlain(value)) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value as object).map(([key, inside]) => [plainText(key), clean(inside)]));
}

/** True if no text inside a value needs cleaning. It only looks, because building anything takes far longer. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return visible.test(value) || plainText(value) === value;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) if (!isPlain(record[key]) || !isPlainKey(key)) return false;
  return true;
}

/** Records have the same few keys thousands of times; those that were looked at are remembered, up to a number. */
const plainKeys = new Set<string>();
const mostKeys = 1_000;

function isPlainKey(key: string): boolean {
  if (plainKeys.has(key)) return true;
  const isSafe = isPlain(key);
  if (isSafe && plainKeys.size < mostKeys) plainKeys.add(key);
  return isSafe;
}
