import type { Command } from "commander";
import { formatHelp } from "./format-help.ts";

/** What most people need, in front of the list of all commands. */
export const everydayCommands = `Everyday commands:
  portmatrix demo                     what it does, on a lab of this machine
  portmatrix plan portmatrix.yaml     which flows are needed; sends nothing
  portmatrix check portmatrix.yaml    which of them work, and why not
`;

/** What follows the options in a command's help and man page. */
export interface HelpWords {
  /** Sentences: formats, exit codes. */
  notes?: readonly string[];
  /** Lines to type. */
  examples: readonly string[];
}

const importNotes = [
  "An existing topology is not overwritten: --update shows the changes and keeps your own edits; --write writes them.",
  "Exit codes: 0 written or shown, 2 input error or no answer (nothing was written), 70 internal.",
];

/** The words of each command, by what is typed after `portmatrix`. */
export const helpWords: Readonly<Record<string, HelpWords>> = {
  check: {
    notes: [
      formatHelp.run,
      "Exit codes: 0 as required, 1 not, 2 input error, 3 undecided, 70 internal, 130 interrupted.",
    ],
    examples: [
      "portmatrix check portmatrix.yaml --from cmk --section 2.2",
      "portmatrix check --format table --format junit=result.xml --baseline last.json",
    ],
  },
  plan: {
    notes: [formatHelp.plan],
    examples: ["portmatrix plan portmatrix.yaml --only 8000", "portmatrix plan --format xlsx=rules.xlsx"],
  },
  request: {
    notes: [formatHelp.request],
    examples: [
      "portmatrix request portmatrix.yaml --format html=request.html",
      "portmatrix request --failing run.json --format csv=rules.csv --bom",
    ],
  },
  rules: {
    notes: [
      formatHelp.rules,
      "Exit codes of --check: 0 all is allowed, 1 something is missing or shadowed, 3 undecided.",
    ],
    examples: [
      "portmatrix rules portmatrix.yaml --for web01 --format nft=web01.nft",
      "portmatrix rules --for web01 --check --ruleset ruleset.json",
    ],
  },
  trace: {
    notes: [
      formatHelp.trace,
      "At most three packets for each TTL up to 30, a second apart where nothing answers (docs/trace.md).",
      "Exit codes: 0 it arrives, 1 it does not, 2 input error, 3 undecided, 70 internal, 130 interrupted.",
    ],
    examples: [
      "portmatrix trace portmatrix.yaml '2.2/agent-registration/web01->cmk/tcp/8000'",
      "portmatrix trace --from web01 --to cmk --tcp 8000",
    ],
  },
  report: {
    notes: [formatHelp.run],
    examples: ["portmatrix report run.json", "portmatrix report run.json --format html=report.html"],
  },
  diff: {
    notes: [
      `${formatHelp.diff} Exit: 0 no regression, 1 regression, 2 input error, 3 something could not be tried again.`,
    ],
    examples: [
      "portmatrix diff monday.json tuesday.json",
      "portmatrix diff old.json new.json --format markdown --fail-on any",
    ],
  },
  script: {
    notes: [
      "The script lists the node's flows in plain text, fetches nothing and contains no secret; --list shows what it sends.",
      "Exit codes: 0 written, 2 input error, 70 internal.",
    ],
    examples: [
      "portmatrix script portmatrix.yaml --from web01 --shell sh --out web01.sh",
      "portmatrix script --all --dir scripts && portmatrix check --merge fragments/",
    ],
  },
  listen: {
    notes: [
      "It takes no port that is in use, answers only requests made with the key, and ends by itself.",
      "Exit codes: 0 it listened, 1 it could listen on no port, 2 input error, 70 internal.",
    ],
    examples: [
      "portmatrix listen portmatrix.yaml --as web01 --key-file key --for 30m",
      "portmatrix check portmatrix.yaml --responders auto",
    ],
  },
  doctor: {
    examples: ["portmatrix doctor setup", "portmatrix doctor registration --server cmk.example.com --site main"],
  },
  "doctor setup": {
    notes: [
      formatHelp.doctor,
      "Exit codes: 0 nothing that a verdict needs is missing, 2 input error, 3 something is, 70 internal, 130 interrupted.",
    ],
    examples: ["portmatrix doctor setup", "portmatrix doctor setup --format json"],
  },
  "doctor registration": {
    notes: [
      formatHelp.doctor,
      "Exit codes: 0 an agent could register, 1 a step is broken, 2 input error, 3 undecided, 70 internal,\n130 interrupted.",
    ],
    examples: [
      "portmatrix doctor registration --server cmk.example.com --site main",
      "portmatrix doctor registration portmatrix.yaml --host web01 --via 'ssh web01'",
    ],
  },
  catalog: {
    notes: [formatHelp.catalog],
    examples: ["portmatrix catalog checkmk/2.3", "portmatrix catalog special-agents --format json"],
  },
  init: {
    examples: ["portmatrix init", "portmatrix init --stage preinstall --server 10.0.0.5 --host web01=10.0.2.1"],
  },
  import: {
    examples: ["portmatrix import checkmk --help", "portmatrix import site --help"],
  },
  "import checkmk": {
    notes: importNotes,
    examples: [
      "portmatrix import checkmk --url https://cmk.example.com/main --user automation --secret-env CMK_SECRET",
      "portmatrix import checkmk --url https://cmk/main --user automation --secret-file f --update portmatrix.yaml --write",
    ],
  },
  "import site": {
    notes: importNotes,
    examples: [
      "portmatrix import site --root /omd/sites/main --address 10.0.0.5",
      "portmatrix import site --root /omd/sites/main --update portmatrix.yaml",
    ],
  },
  "import ansible": {
    notes: importNotes,
    examples: [
      "portmatrix import ansible inventory.ini --server 10.0.0.5",
      "portmatrix import ansible hosts.json --server 10.0.0.5 --output portmatrix.yaml",
    ],
  },
  "import csv": {
    notes: importNotes,
    examples: [
      "portmatrix import csv assets.csv --server 10.0.0.5 --map name=Asset --map address=IP",
      "portmatrix import csv hosts.csv --server 10.0.0.5 --update portmatrix.yaml",
    ],
  },
  "import nmap": {
    notes: importNotes,
    examples: [
      "portmatrix import nmap scan.xml --server 10.0.0.5",
      "portmatrix import nmap scan.xml --server 10.0.0.5 --update portmatrix.yaml",
    ],
  },
  explain: { examples: ["portmatrix explain connection-refused", "portmatrix explain"] },
  demo: {
    notes: [formatHelp.run],
    examples: ["portmatrix demo", "portmatrix demo --keep --format table --format html=report.html"],
  },
  completion: {
    examples: [
      "portmatrix completion bash > /etc/bash_completion.d/portmatrix",
      "portmatrix completion zsh > /usr/local/share/zsh/site-functions/_portmatrix",
      "portmatrix completion fish > ~/.config/fish/completions/portmatrix.fish",
    ],
  },
};

/** Every command that a user may type, with the words that name it; the program itself has none. */
export function commandsOf(program: Command): { command: Command; words: string }[] {
  const visit = (command: Command): { command: Command; words: string }[] => [
    { command, words: wordsOf(command) },
    ...commandsBelow(command).flatMap(visit),
  ];
  return visit(program);
}

/** The commands right below one that a user may type. */
export const commandsBelow = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");

const wordsOf = (command: Command): string =>
  command.parent === null ? "" : `${wordsOf(command.parent)} ${command.name()}`.trimStart();

/** Puts each command's notes and examples at the end of its help, when that is shown. */
export function addHelpWords(program: Command): void {
  for (const { command, words } of typedBelow(program))
    command.configureOutput({ outputError: (text, write) => write(withRemedy(text, words)) });
  program.addHelpText("afterAll", ({ command }) => {
    const { notes = [], examples = [] } = helpWords[wordsOf(command)] ?? {};
    return [
      ...(notes.length > 0 ? ["", ...notes] : []),
      ...(examples.length > 0 ? ["", "Examples:", ...examples.map((line) => `  ${line}`)] : []),
    ].join("\n");
  });
}

/** Every command, hidden or not, without asking the help for them, which takes longer than to start. */
const typedBelow = (command: Command): { command: Command; words: string }[] =>
  command.commands.flatMap((child) => [{ command: child, words: wordsOf(child) }, ...typedBelow(child)]);

/** What is said of an argument that is missing ends with a line to type. */
function withRemedy(text: string, words: string): string {
  const missing = /^error: missing required argument '(.+)'\n$/.exec(text)?.[1];
  if (missing === undefined) return text;
  if (/^(?:run|old|new)\.json$/.test(missing))
    return `${text.trimEnd()}; portmatrix check --format json=${missing} saves one\n`;
  const [example] = helpWords[words]?.examples ?? [];
  return example === undefined ? text : `${text.trimEnd()}; for example: ${example}\n`;
}
