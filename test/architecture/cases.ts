/** One offence against the layer rules and its twin that keeps them. `*` in the path becomes a name of its own. */
export interface LayerCase {
  name: string;
  path: string;
  /** Where the twin lies, if the offence is the name itself. */
  twinPath?: string;
  offence: string;
  twin: string;
  /** The one rule that must fire. */
  rule: string;
  /** Part of the message: a rule without a reason teaches nobody. */
  why: string;
  /** Further files that the offence needs. */
  besides?: Readonly<Record<string, string>>;
}

const imports = "eslint(no-restricted-imports)";
const globals = "eslint(no-restricted-globals)";
const modelTwin = 'export type { Verdict } from "../model/verdict.ts";\n';

const importOf = (specifier: string): string => `export { thing } from "${specifier}";\n`;
const restricted = (
  name: string,
  path: string,
  specifier: string,
  why: string,
  twin: string = modelTwin,
): LayerCase => ({ name, path, offence: importOf(specifier), twin, rule: imports, why });

const stages = [
  "load",
  "import",
  "plan",
  "schedule",
  "vantage",
  "probe",
  "judge",
  "diagnose",
  "report",
  "responder",
  "demo",
];
const neighbours = stages.map((stage, i) => [stage, stages[(i + 1) % stages.length] ?? "plan"] as const);
const renderers = ["run", "plan", "diff", "doctor", "watch", "html"];
const pure = ["model", "plan", "judge", "diagnose", "report", "wire"];
const impure = {
  Date: "Date.now()",
  performance: "performance.now()",
  crypto: "crypto.randomUUID()",
  setTimeout: "setTimeout(String, 1)",
  setInterval: "setInterval(String, 1)",
  fetch: 'fetch("x")',
  globalThis: "globalThis.name",
};

export const cases: readonly LayerCase[] = [
  ...neighbours.map(([from, to]) =>
    restricted(`${from} does not import ${to}`, `src/${from}/*.ts`, `../${to}/thing.ts`, "src/commands joins them"),
  ),
  ...["plan", "judge", "diagnose", "report"].map((from) =>
    restricted(`${from} does not import wire`, `src/${from}/*.ts`, "../wire/thing.ts", "src/commands joins them"),
  ),
  ...stages.map((from) =>
    restricted(`${from} does not import commands`, `src/${from}/*.ts`, "../commands/check.ts", "src/commands joins"),
  ),
  restricted(
    "a nested folder keeps the rule of its stage",
    "src/probe/service/*.ts",
    "../../judge/judge.ts",
    "src/commands joins them",
    importOf("../../wire/ntp.ts"),
  ),
  {
    name: "a dynamic import is an import",
    path: "src/plan/*.ts",
    offence: 'export const late = async () => import("../probe/tcp.ts");\n',
    twin: 'export const late = async () => import("../model/task.ts");\n',
    rule: imports,
    why: "src/commands joins them",
  },
  {
    name: "a type import is an import",
    path: "src/report/*.ts",
    offence: 'export type { Rule } from "../judge/rules.ts";\n',
    twin: modelTwin,
    rule: imports,
    why: "src/commands joins them",
  },
  restricted(
    "only vantage/local imports probe",
    "src/vantage/exec.ts",
    "../probe/tcp.ts",
    "src/commands joins them",
    importOf("./protocol.ts"),
  ),
  restricted(
    "vantage/local imports probe and nothing else",
    "src/vantage/local.ts",
    "../judge/judge.ts",
    "src/commands joins them",
    importOf("../probe/tcp.ts"),
  ),
  restricted(
    "probe imports wire and no other stage",
    "src/probe/*.ts",
    "../load/topology.ts",
    "src/commands joins them",
    importOf("../wire/ntp.ts"),
  ),
  restricted(
    "sockets know nothing of who uses them",
    "src/sockets/*.ts",
    "../probe/tcp/tcp.ts",
    "src/commands joins them",
    importOf("../model/printable.ts"),
  ),
  restricted("judge does not import sockets", "src/judge/*.ts", "../sockets/here.ts", "src/commands joins them"),
  restricted(
    "model imports nothing of ours",
    "src/model/*.ts",
    "../plan/plan.ts",
    "innermost",
    importOf("./verdict.ts"),
  ),
  ...["reasons", "view", "run"].map((room) =>
    restricted(
      `report/text does not import report/${room}`,
      "src/report/text/*.ts",
      `../${room}/thing.ts`,
      "imports no other room",
      importOf("../../model/run.ts"),
    ),
  ),
  ...["view", "html"].map((room) =>
    restricted(
      `report/reasons does not import report/${room}`,
      "src/report/reasons/words/*.ts",
      `../../${room}/thing.ts`,
      "where they stand",
      importOf("../../text/wording.ts"),
    ),
  ),
  ...renderers.map((room) =>
    restricted(
      `report/view does not import report/${room}`,
      "src/report/view/*.ts",
      `../${room}/thing.ts`,
      "who draws it",
      importOf("../reasons/entries.ts"),
    ),
  ),
  ...renderers.map((room, i) =>
    restricted(
      `report/${room} does not import report/${renderers[i - 1] ?? "html"}`,
      `src/report/${room}/*.ts`,
      `../${renderers[i - 1] ?? "html"}/thing.ts`,
      "no other renderer",
      importOf("../view/cell.ts"),
    ),
  ),
  restricted(
    "the formats of a run have html among them, and no other renderer",
    "src/report/run/renderers.ts",
    "../diff/table.ts",
    "no other renderer",
    importOf("../html/html.ts"),
  ),
  restricted(
    "the formats of a comparison have some of a run among them, and no other renderer",
    "src/report/diff/renderers.ts",
    "../html/html.ts",
    "no other renderer",
    importOf("../run/github.ts"),
  ),
  ...["text", "reasons", "view", "html"].map((room) =>
    restricted(
      `report/${room} keeps the rules of report`,
      `src/report/${room}/*.ts`,
      "../../judge/judge.ts",
      "src/commands joins them",
      importOf("../../model/run.ts"),
    ),
  ),
  restricted(
    "check knows nothing of watch",
    "src/commands/check/*.ts",
    "../watch/watch.ts",
    "a check knows nothing of it",
    importOf("../plan.ts"),
  ),
  {
    name: "not even when it is loaded late",
    path: "src/commands/check.ts",
    offence: 'export const late = async () => import("./watch/watch-run.ts");\n',
    twin: 'export const late = async () => import("./check/record.ts");\n',
    rule: imports,
    why: "a check knows nothing of it",
  },
  restricted(
    "watch may know check",
    "src/commands/watch/*.ts",
    "../../index.ts",
    "outermost",
    importOf("../check/prepare.ts"),
  ),
  restricted(
    "check keeps the rules of all",
    "src/commands/check/*.ts",
    "raw-socket",
    "Optional and native",
    importOf("../plan.ts"),
  ),
  restricted(
    "what is imported is converted without asking anybody",
    "src/import/checkmk/*.ts",
    "../rest/client.ts",
    "without asking",
    importOf("../draft/draft.ts"),
  ),
  restricted(
    "its parsers open no sockets",
    "src/import/python/*.ts",
    "undici",
    "no socket library",
    importOf("./tokens.ts"),
  ),
  restricted("nothing imports cli.ts", "src/commands/*.ts", "../cli.ts", "outermost", importOf("../judge/judge.ts")),
  restricted("nothing imports index.ts", "src/load/*.ts", "../index.ts", "outermost"),
  restricted(
    "no folder is imported by its index",
    "src/commands/*.ts",
    "../model/index.ts",
    "import the file you mean",
  ),
  restricted(
    "cli.ts calls commands, not stages",
    "src/cli.ts",
    "./judge/judge.ts",
    "calls src/commands",
    importOf("./commands/check.ts"),
  ),
  ...pure.flatMap((folder) => [
    restricted(
      `${folder} imports no node: module`,
      `src/${folder}/*.ts`,
      "node:net",
      "Pure folder",
      importOf("./a.ts"),
    ),
    restricted(`${folder} imports no SNMP`, `src/${folder}/*.ts`, "net-snmp", "socket library", importOf("./a.ts")),
    restricted(`${folder} imports no limiter`, `src/${folder}/*.ts`, "p-limit", "src/schedule", importOf("./a.ts")),
    restricted(`${folder} imports no raw-socket`, `src/${folder}/*.ts`, "raw-socket", "native", importOf("./a.ts")),
    {
      name: `${folder} uses no randomness`,
      path: `src/${folder}/*.ts`,
      offence: "export const dice = () => Math.random();\n",
      twin: "export const largest = (a: number, b: number) => Math.max(a, b);\n",
      rule: "eslint(no-restricted-properties)",
      why: "restricted",
    },
    ...Object.entries(impure).map(([name, expression]) => ({
      name: `${folder} does not use ${name}`,
      path: `src/${folder}/*.ts`,
      offence: `export const found = () => ${expression};\n`,
      twin: `export const found = (from${name}: () => number) => from${name}();\n`,
      rule: globals,
      why: "Pure folder",
    })),
  ]),
  restricted(
    "raw-socket is loaded in one file",
    "src/probe/icmp/icmp.ts",
    "raw-socket",
    "raw-socket.ts",
    importOf("./a.ts"),
  ),
  {
    name: "that file is src/probe/kernel/raw-socket.ts, which imports no stage either",
    path: "src/probe/kernel/raw-socket.ts",
    offence: importOf("../judge/judge.ts"),
    twin: 'export const load = async () => import("raw-socket");\n',
    rule: imports,
    why: "src/commands joins them",
  },
  restricted(
    "schedule asks no agent",
    "src/schedule/*.ts",
    "net-snmp",
    "opens sockets",
    'export { default as pLimit } from "p-limit";\n',
  ),
  restricted("probe reads DNS through wire", "src/probe/*.ts", "dns-packet", "src/wire", importOf("net-snmp")),
  restricted(
    "demo writes its documents, it does not parse",
    "src/demo/*.ts",
    "yaml",
    "src/load",
    importOf("dns-packet"),
  ),
  ...["load", "probe", "schedule", "commands"].map((folder) => ({
    name: `${folder} does not use process`,
    path: `src/${folder}/*.ts`,
    offence: "export const found = () => process.env;\n",
    twin: "export const found = (env: Record<string, string>) => env;\n",
    rule: globals,
    why: "src/cli.ts alone",
  })),
  restricted("process is not imported either", "src/vantage/*.ts", "node:process", "src/cli.ts alone"),
  {
    name: "console is for cli.ts",
    path: "src/commands/*.ts",
    offence: 'export const say = () => console.log("x");\n',
    twin: 'export const say = (print: (text: string) => void) => print("x");\n',
    rule: "eslint(no-console)",
    why: "console",
  },
  {
    name: "no default export",
    path: "src/commands/*.ts",
    offence: "export default function run(): void {}\n",
    twin: "export function run(): void {}\n",
    rule: "import(no-default-export)",
    why: "named exports",
  },
  {
    name: "no cycle between files",
    path: "src/commands/ring.ts",
    offence: 'import { end } from "./ring-end.ts";\nexport const start = (): unknown => end;\n',
    twin: "export const start = (): unknown => 1;\n",
    rule: "import(no-cycle)",
    why: "cycle",
    besides: {
      "src/commands/ring-end.ts": 'import { start } from "./ring.ts";\nexport const end = (): unknown => start;\n',
    },
  },
  {
    name: "a source file has 250 lines at most",
    path: "src/report/*.ts",
    offence: `${"// line\n".repeat(251)}export const last = 1;\n`,
    twin: `${"// line\n".repeat(248)}export const last = 1;\n`,
    rule: "eslint(max-lines)",
    why: "250",
  },
  {
    name: "file names are kebab-case",
    path: "src/report/SomeMatrix.ts",
    twinPath: "src/report/some-matrix.ts",
    offence: "export const last = 1;\n",
    twin: "export const last = 1;\n",
    rule: "unicorn(filename-case)",
    why: "kebab",
  },
];
