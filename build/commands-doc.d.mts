import type { Command, Option } from "commander";
import type { HelpWords } from "../src/commands/help/help-words.ts";

export function commandsDoc(
  parts: {
    program: Command;
    commandsOf: (program: Command) => { command: Command; words: string }[];
    helpWords: Readonly<Record<string, HelpWords>>;
    describeOption: (option: Option) => string;
  },
  markdownTable: (rows: string[][], options: { alignDelimiters: boolean }) => string,
): [path: string, text: string];
