import type { Command, Option } from "commander";
import type { HelpWords } from "../src/commands/help/help-words.ts";

export function manPages(
  parts: {
    program: Command;
    commandsOf: (program: Command) => { command: Command; words: string }[];
    helpWords: Readonly<Record<string, HelpWords>>;
    everydayCommands: string;
    describeOption: (option: Option) => string;
  },
  version: string,
): [path: string, text: string][];
