/** One block of what firewall-cmd prints: a zone, a policy or a service. */
export interface FirewalldBlock {
  name: string;
  /** What is in brackets behind the name: `active`, `default`. */
  marks: readonly string[];
  /** The words of a key: `services`, `ports`. */
  words: (key: string) => readonly string[];
  /** The lines below a key: `rich rules`, `forward-ports`. */
  lines: (key: string) => readonly string[];
  has: (key: string) => boolean;
}

/** The blocks of a text; lines that belong to none are left out. */
export function blocksOf(text: string): FirewalldBlock[] {
  const blocks: { name: string; marks: string[]; keys: Map<string, { rest: string; lines: string[] }> }[] = [];
  let key: { rest: string; lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, name, marks = ""] = /^([\w.-]+)(?: \(([^)]*)\))?\s*$/.exec(line) ?? [];
    const [, word, rest = ""] = /^ {2}([a-z-]+(?: [a-z]+)*): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      blocks.push({ name, marks: marks.split(",").map((one) => one.trim()), keys: new Map() });
      key = undefined;
    } else if (word !== undefined) {
      key = { rest: rest.trim(), lines: [] };
      blocks.at(-1)?.keys.set(word, key);
    } else if (/^\s+\S/.test(line)) key?.lines.push(line.trim());
  }
  return blocks.map(({ name, marks, keys }) => ({
    name,
    marks,
    words: (word) => keys.get(word)?.rest.split(/\s+/).filter(Boolean) ?? [],
    lines: (word) => keys.get(word)?.lines ?? [],
    has: (word) => keys.has(word),
  }));
}
