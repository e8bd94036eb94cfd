import { Argument, Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { beforeCursor } from "./before-cursor.ts";
import { candidatesFor, type Lookup } from "./candidates.ts";

function sample(): Command {
  const program = new Command("portmatrix").version("1");
  program
    .command("check")
    .argument("[topology]")
    .option("--from <node>", "the sender")
    .option("--format <format[=file]>", "output format")
    .option("--baseline <run.json>", "an earlier run")
    .addOption(new Option("--stage <stage>", "when").choices(["live", "preinstall"]))
    .option("--dir <dir>", "a directory")
    .option("--strict", "strict");
  program.command("trace").argument("[topology]").argument("[flow]");
  program.command("explain").argument("[reason]");
  program.command("doctor").command("registration").option("--host <name>", "the host");
  program.command("completion").addArgument(new Argument("<shell>", "the shell").choices(["bash", "fish"]));
  program.command("agent", { hidden: true });
  return program;
}

const lookup: Lookup = async (place, line) =>
  ({
    "check --from": [{ word: `web01@${line.arguments[0] ?? "none"}`, text: "a node" }],
    "check --format": ["html", "json"].map((word) => ({ word, text: "a format" })),
    "trace topology": [{ word: "2.2/a->b", text: "a flow" }],
    "trace flow": [{ word: `2.2/${line.arguments[0] ?? "none"}`, text: "a flow" }],
    "explain reason": ["silent", "stopped"].map((word) => ({ word, text: "a reason" })),
  })[place];

describe("candidatesFor", () => {
  it.each<[string, string[], string[], boolean]>([
    ["commands, without hidden ones", [""], ["check", "trace", "explain", "doctor", "completion"], false],
    ["commands that begin so", ["do"], ["doctor"], false],
    ["commands below a command", ["doctor", ""], ["registration"], false],
    ["options", ["check", "--s"], ["--stage", "--strict"], false],
    ["options below a command below a command", ["doctor", "registration", "--"], ["--host", "--help"], false],
    ["choices of an option", ["check", "--stage", ""], ["live", "preinstall"], false],
    ["choices of an option behind =", ["check", "--stage=p"], ["--stage=preinstall"], false],
    ["no value of a switch", ["check", "--strict=x"], [], false],
    ["values that are looked up", ["check", "--format", "h"], ["html"], false],
    ["a format's file", ["check", "--format", "html=re"], [], true],
    ["values that depend on the topology", ["check", "my.yaml", "--from", ""], ["web01@my.yaml"], false],
    ["a file", ["check", "--strict", ""], [], true],
    ["a file of an option", ["check", "--baseline", "r"], [], true],
    ["nothing behind the last argument", ["check", "my.yaml", ""], [], false],
    ["an argument after an option with its value", ["check", "--from", "web01", ""], [], true],
    ["values of an argument", ["explain", "st"], ["stopped"], false],
    ["values of an argument that may be a file as well", ["trace", "2.2/"], ["2.2/a->b"], true],
    ["values of the next argument, of that file", ["trace", "my.yaml", "2.2"], ["2.2/my.yaml"], false],
    ["choices of an argument", ["completion", "f"], ["fish"], false],
    ["nothing for a command that there is not", ["chekc", ""], [], false],
    ["no option behind --", ["check", "--", "-"], [], true],
    ["a directory of an option", ["check", "--dir", "r"], [], true],
    ["commands that there is help for", ["help", "do"], ["doctor"], false],
    ["commands below a command that there is help for", ["doctor", "help", ""], ["registration"], false],
    ["nothing behind the command that there is help for", ["help", "doctor", ""], [], false],
    ["a file that is called help", ["check", "help", "--from", ""], ["web01@help"], false],
  ])("%s", async (_name, words, expected, files) => {
    const found = await candidatesFor(sample(), words, lookup);
    expect(found.words.map(({ word }) => word)).toEqual(expected);
    expect(found.files).toBe(files);
  });
});

it("a choice is not described by what its option means as a whole", async () => {
  const { words } = await candidatesFor(sample(), ["check", "--stage", "l"], lookup);
  expect(words).toEqual([{ word: "live", text: "" }]);
});

describe("beforeCursor", () => {
  it.each<[string, string, string[], string[], number]>([
    ["words of zsh as they are", "zsh", ["check", "--format=ht"], ["check", "--format=ht"], 0],
    ["what bash has broken", "bash", ["check", "--format", "=", "ht"], ["check", "--format=ht"], 9],
    ["a sign at the cursor", "bash", ["check", "--format", "="], ["check", "--format="], 9],
    [
      "a sign in an earlier word",
      "bash",
      ["check", "--stage", "=", "live", "--st"],
      ["check", "--stage=live", "--st"],
      0,
    ],
    ["a format with its file", "bash", ["--format", "html", "=", "x"], ["--format", "html=x"], 5],
    ["an address of IPv6", "bash", ["trace", "x/fd00", ":", "2", "::", "1"], ["trace", "x/fd00:2::1"], 10],
    ["two colons at the cursor", "bash", ["trace", "tcp/5000/", "::"], ["trace", "tcp/5000/::"], 11],
    ["an open quote", "bash", ["trace", "'2.2/a/web01->c"], ["trace", "2.2/a/web01->c"], 0],
    [
      "an escaped sign",
      "zsh",
      ["trace", String.raw`my\ file`, String.raw`web01-\>c`],
      ["trace", "my file", "web01->c"],
      0,
    ],
    ["a closed quote, and an escape that is none", "fish", [`"a\\n'b"c`], [`a\\n'bc`], 0],
    ["no word", "bash", [""], [""], 0],
  ])("%s", (_name, shell, given, words, kept) => {
    expect(beforeCursor(shell, given)).toEqual({ words, kept });
  });
});
