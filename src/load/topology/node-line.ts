import type { Path } from "../yaml/place.ts";

const listsOfNodes: ReadonlySet<unknown> = new Set(["hosts", "relays"]);
/** What may be repeated in a message: a name or an address, and nothing that somebody did not mean to show. */
const isWord = (value: unknown): value is string => typeof value === "string" && /^[\w.:-]{1,64}$/.test(value);
const isAddress = (text: string): boolean => /^[\d.]+$|:.*:/.test(text);

/**
 * The line to write where a node or a list of nodes stands in another form, with its own name and address: a map of
 * names, one node without its list, a bare name. `undefined` where it tells neither.
 */
export function nodeLine(path: Path, value: unknown): string | undefined {
  const [section, index] = path;
  if (!listsOfNodes.has(section) || path.length > 2) return undefined;
  if (index !== undefined) return typeof index === "number" && isWord(value) ? entry(value, undefined) : undefined;
  const first = firstNode(value);
  return first === undefined ? undefined : `${String(section)}: [${first}]`;
}

/** The line to write for a list of names at an end of a requirement, which has one name there. */
export function endLine(path: Path, value: unknown): string | undefined {
  const [section, , end] = path;
  if (section !== "requirements" || path.length !== 3 || (end !== "from" && end !== "to")) return undefined;
  const [first]: unknown[] = Array.isArray(value) ? value : [];
  return isWord(first) ? `${end}: ${first}, and an entry of its own for each further name` : undefined;
}

function firstNode(value: unknown): string | undefined {
  if (isWord(value)) return entry(value, undefined);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { name, address } = fields;
  if (isWord(name) && isWord(address)) return entry(name, address);
  const [[key, one] = ["", undefined]] = Object.entries(fields);
  if (!isWord(key) || (typeof one !== "string" && typeof one !== "object")) return undefined;
  const inside: Readonly<Record<string, unknown>> = typeof one === "object" ? { ...one } : { address: one };
  return entry(key, inside["address"] ?? inside["ip"]);
}

function entry(word: string, address: unknown): string {
  const name = isAddress(word) ? "NAME" : word;
  const at = isWord(address) ? address : isAddress(word) ? word : "ADDRESS";
  return `{ name: ${name}, address: ${at.includes(":") ? `"${at}"` : at} }`;
}
