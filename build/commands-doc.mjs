// docs/commands.md, from the definitions of the command line: one section for each command, a row for each option.

const cell = (text) => text.replaceAll("\n", " ").replaceAll("|", "\\|").replaceAll("<", "\\<");

/** The page as [path, text]. */
export function commandsDoc({ program, commandsOf, helpWords, describeOption }, markdownTable) {
  const table = (rows) => markdownTable(rows, { alignDelimiters: false });
  const section = ({ command, words }) => {
    const help = command.createHelp();
    const { notes = [], examples = [] } = helpWords[words] ?? {};
    const args = help
      .visibleArguments(command)
      .map((one) => [`\`${one.name()}\``, cell(help.argumentDescription(one))]);
    const options = help
      .visibleOptions(command)
      .filter(({ long }) => words === "" || long !== "--help")
      .map((option) => [`\`${option.flags}\``, cell(describeOption(option))]);
    return [
      `## ${["portmatrix", words].filter(Boolean).join(" ")}`,
      command.description(),
      `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
      ...(args.length === 0 ? [] : [table([["argument", "is"], ...args])]),
      ...(options.length === 0 ? [] : [table([["option", "does"], ...options])]),
      ...notes.map((note) => cell(note)),
      ...(examples.length === 0 ? [] : [`\`\`\`text\n${examples.join("\n")}\n\`\`\``]),
    ].join("\n\n");
  };
  const text = [
    "# Commands and options",
    "Generated from the command line itself. `portmatrix COMMAND --help` and `man portmatrix-COMMAND` say the same. Formats " +
      "are described in [formats.md](formats.md), exit codes in [ci.md](ci.md).",
    ...commandsOf(program).map(section),
    "",
  ].join("\n\n");
  return ["docs/commands.md", `${text.trimEnd()}\n`];
}
