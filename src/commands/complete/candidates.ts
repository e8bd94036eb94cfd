import type { Command, Option } from "commander";
import { commandsBelow } from "../help/help-words.ts";

/** A word that may stand at the cursor, and what it is. */
export interface Candidate {
  word: string;
  text: string;
}

/** What may stand at the cursor; with `files` also the name of any file, behind the part of the word that is `beforeFile`. */
export interface Candidates {
  words: readonly Candidate[];
  files: boolean;
  beforeFile?: string;
}

/** Words for the values of options and arguments that no option lists: by `COMMAND --option` or `COMMAND argument`. */
export type Lookup = (place: string, line: CommandWords) => Promise<readonly Candidate[] | undefined>;

/** The part of a line before the cursor that is understood: the command's words and its arguments without options. */
export interface CommandWords {
  command: string;
  arguments: readonly string[];
}

/**
 * What may replace the last of `words`, which are all words behind `portmatrix` up to the cursor. Nothing for a
 * line that no command understands.
 */
export async function candidatesFor(program: Command, words: readonly string[], lookup: Lookup): Promise<Candidates> {
  const current = words.at(-1) ?? "";
  const { command, path, given, open, hasOnlyArguments, helpOf } = follow(program, words.slice(0, -1));
  if (helpOf !== undefined && helpOf !== command) return nothing; // `help COMMAND` is whole
  const line: CommandWords = { command: path, arguments: given };

  const [, option = "", start = ""] = /^(--[a-z-]+)=(.*)$/.exec(current) ?? [];
  if (open !== undefined) return valuesOf(open, line, current, "", lookup);
  if (option !== "" && !hasOnlyArguments) {
    const known = command.options.find(({ long }) => long === option);
    return known?.required === true ? valuesOf(known, line, start, `${option}=`, lookup) : nothing;
  }
  if (current.startsWith("-") && !hasOnlyArguments) {
    const all = [...visibleOptions(command), { word: "--help", text: "help for this command" }];
    return { words: beginning(all, current), files: false };
  }
  const children = commandsBelow(command);
  if (children.length > 0) {
    if (given.length > 0) return nothing;
    return {
      words: beginning(
        children.map((child) => ({ word: child.name(), text: child.description() })),
        current,
      ),
      files: false,
    };
  }
  const argument = command.registeredArguments[Math.min(given.length, command.registeredArguments.length - 1)];
  if (argument === undefined || (given.length >= command.registeredArguments.length && !argument.variadic))
    return nothing;
  const choices = wordsAlone(argument.argChoices);
  const found = choices ?? (await lookup(`${path} ${argument.name()}`, line));
  return { words: beginning(found ?? [], current), files: choices === undefined && isFile(`<${argument.name()}>`) };
}

const nothing: Candidates = { words: [], files: false };

/** Follows the words to the command that they name; `open` is the option whose value comes next, `helpOf` has `help` behind it. */
function follow(program: Command, words: readonly string[]) {
  let command = program;
  const names: string[] = [];
  const given: string[] = [];
  let open: Option | undefined;
  let hasOnlyArguments = false;
  let helpOf: Command | undefined;
  for (const word of words) {
    if (open !== undefined) {
      open = undefined;
      continue;
    }
    if (word === "--") hasOnlyArguments = true;
    else if (word === "help" && given.length === 0 && command.commands.length > 0) helpOf ??= command;
    else if (!hasOnlyArguments && word.startsWith("-")) {
      const known = command.options.find(({ long, short }) => long === word || short === word);
      if (known?.required === true) open = known;
    } else {
      const child = given.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (child === undefined) given.push(word);
      else {
        command = child;
        names.push(word);
      }
    }
  }
  return { command, path: names.join(" "), given, open, hasOnlyArguments, helpOf };
}

async function valuesOf(
  option: Option,
  line: CommandWords,
  start: string,
  prefix: string,
  lookup: Lookup,
): Promise<Candidates> {
  const [, format, file] = /^([a-z-]+)=(.*)$/.exec(start) ?? [];
  if (option.long?.endsWith("format") && format !== undefined && file !== undefined) {
    return { words: [], files: true, beforeFile: `${prefix}${format}=` };
  }
  const choices = wordsAlone(option.argChoices);
  const found = choices ?? (await lookup(`${line.command} ${option.long}`, line)) ?? [];
  const words = beginning(found, start).map((one) => ({ ...one, word: `${prefix}${one.word}` }));
  return { words, files: choices === undefined && isFile(option.flags), beforeFile: prefix };
}

/** Choices in words; what the option as a whole means says nothing of one of them. */
const wordsAlone = (choices: readonly string[] | undefined): Candidate[] | undefined =>
  choices?.map((word) => ({ word, text: "" }));

/** Whether a value is the name of a file or directory, by its placeholder: `<topology>`, `<id|file>`, `<run.json>`, `<dir>`. */
const isFile = (flags: string): boolean =>
  /<(topology|dir|place|inventory|[a-z|]*file[a-z|]*|[a-z]+\.json)>/.test(flags);

const beginning = (all: readonly Candidate[], start: string): Candidate[] =>
  all.filter(({ word }) => word.startsWith(start));

const visibleOptions = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) =>
      long === undefined || long === "--help" ? [] : [{ word: long, text: description }],
    );
