import { CommanderError } from "commander";
import { expect, it } from "vitest";
import { buildProgram, type CommandLine } from "../program.ts";
import { commandsOf, helpWords } from "./help-words.ts";

/** A command line that understands its words and does nothing. */
function understanding() {
  const program = buildProgram({ surroundings: { version: "0", err: () => undefined } } as unknown as CommandLine);
  const all = commandsOf(program);
  for (const { command } of all) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  return { program, all };
}

/** What is wrong with the words of a line, as commander says it. */
async function mistakeIn(words: readonly string[]): Promise<string | undefined> {
  try {
    await understanding().program.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : String(error);
  }
}

/** The programs that a line of a shell starts, each as words; where output goes is left out. */
const started = (line: string): string[][] =>
  line
    .replace(/ > \S+$/, "")
    .split(" && ")
    .map((one) => [...one.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word));

it("every command has two examples or more", () => {
  const { all } = understanding();
  const few = all.filter(({ words }) => words !== "" && (helpWords[words]?.examples.length ?? 0) < 2);
  expect(few.map(({ words }) => words)).toEqual([]);
});

it.each(Object.entries(helpWords).flatMap(([words, { examples }]) => examples.map((line) => [line, words] as const)))(
  "%s is understood",
  async (line) => {
    for (const [program, ...words] of started(line)) {
      expect(program).toBe("portmatrix");
      expect(await mistakeIn(words)).toBeUndefined();
    }
  },
);

it("a line with an option that there is not, or a value that is none, is not understood", async () => {
  expect(await mistakeIn(["check", "--form", "json"])).toMatch(/unknown option/);
  expect(await mistakeIn(["check", "--timeout", "soon"])).toMatch(/--timeout/);
});
