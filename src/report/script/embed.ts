import { placeholders } from "./text.ts";

/** Where the other scripts are in that of sh, each cut at the lines that it fills in itself. */
const marks = { python: "@PYTHON@", perl: "@PERL@" } as const;

/**
 * The template of sh with the programs of the others in it: a function for each, which prints the program with the
 * script's own head and orders. So everything is in one file, and once.
 */
export function embed(template: string, programs: Readonly<Record<keyof typeof marks, string>>): string {
  return Object.entries(marks).reduce(
    (text, [name, mark]) => text.replace(mark, () => program(name, programs[name as keyof typeof marks])),
    template,
  );
}

function program(name: string, text: string): string {
  const parts = text.trimEnd().split(new RegExp(`^(${placeholders.head}|${placeholders.orders})$`, "m"));
  const word = `END_OF_${name.toUpperCase()}`;
  const lines = parts.map((part) => {
    if (part === placeholders.head) return "  head_lines";
    if (part === placeholders.orders) return "  order_lines";
    return `  cat <<'${word}'\n${part.replace(/^\n/, "").replace(/\n?$/, "\n")}${word}`;
  });
  return `${name}_program() {\n${lines.join("\n")}\n}`;
}
