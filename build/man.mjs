// The man pages under man/, from the definitions of the command line: one page for portmatrix, one for each command.
// Macros: man(7) of groff.

const escape = (text) =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");
const pageOf = (words) => ["portmatrix", ...words.split(" ").filter(Boolean)].join("-");
const list = (entries) =>
  entries.flatMap(([term, text]) => [".TP", `.B ${escape(term)}`, escape(text.replaceAll("\n", " "))]);

const files = [
  ["portmatrix.yaml", "The topology that is read where none is named."],
  ["docs/topology.md", "Every key of a topology."],
];
const environment = [
  ["NO_COLOR, FORCE_COLOR", "No colour, or colour although the output is no terminal."],
  ["PORTMATRIX_DEBUG", "Where an error is portmatrix's own, show the stack."],
];

/** What whatis(1) shows stands alone there, in small letters and without a full stop. */
function nameOf(command, words) {
  const text = command.description().replace(/\.$/, "");
  const whole = words.startsWith("import ") ? `write a topology ${text}` : text;
  return `${whole.charAt(0).toLowerCase()}${whole.slice(1)}`;
}

function page({ command, words }, { helpWords, everydayCommands }, { version, describe, all }) {
  const help = command.createHelp();
  const name = pageOf(words);
  const { notes = [], examples = [] } = helpWords[words] ?? {};
  const usage = help.commandUsage(command);
  const args = help.visibleArguments(command).map((argument) => [argument.name(), help.argumentDescription(argument)]);
  const options = help.visibleOptions(command).map((option) => [option.flags, describe(option)]);
  const children = all.filter((one) => one.command.parent === command);
  const others = all.filter((one) => one.command !== command).map((one) => `.BR ${escape(pageOf(one.words))} (1)`);
  const section = (title, lines) => (lines.length === 0 ? [] : [`.SH ${title}`, ...lines]);
  return [
    `.TH ${name.toUpperCase()} 1 "" "portmatrix ${version}" "User Commands"`,
    ...section("NAME", [`${escape(name)} \\- ${escape(nameOf(command, words))}`]),
    ...section("SYNOPSIS", [`.B ${escape(usage)}`]),
    ...section("COMMANDS", list(children.map((one) => [one.words.split(" ").at(-1), one.command.description()]))),
    ...section("ARGUMENTS", list(args)),
    ...section("OPTIONS", list(options)),
    ...section(
      "NOTES",
      notes.flatMap((note) => [".PP", escape(note)]),
    ),
    ...(words === "" ? [...section("FILES", list(files)), ...section("ENVIRONMENT", list(environment))] : []),
    ...section(
      "EXAMPLES",
      words === ""
        ? [".nf", escape(everydayCommands.trimEnd()), ".fi"]
        : examples.flatMap((line) => [".PP", ".EX", escape(line), ".EE"]),
    ),
    ...section(
      "SEE ALSO",
      others.flatMap((other, index) => [index < others.length - 1 ? `${other} ,` : other]),
    ),
    "",
  ].join("\n");
}

/** Each page's path and text. */
export function manPages({ program, commandsOf, helpWords, everydayCommands, describeOption }, version) {
  const all = commandsOf(program);
  return all.map((one) => [
    `man/${pageOf(one.words)}.1`,
    page(one, { helpWords, everydayCommands }, { version, describe: describeOption, all }),
  ]);
}
