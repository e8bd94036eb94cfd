// Runs `doctor registration` for many topologies in one process, as starting Node for each would take most of the time;
// one after the other, because the end of one closes the raw sockets of the process. Arguments: topology files. Prints
// one line of JSON for each: { file, code, stdout }.
import { parseArgs } from "node:util";
import { doctorRegistrationCommand } from "../../dist/commands/doctor.js";

const { positionals: files } = parseArgs({ allowPositionals: true });
const options = { host: "web01", timeout: 1_000, format: ["json"], color: false };

async function run(file) {
  let stdout = "";
  const code = await doctorRegistrationCommand(file, options, {
    out: (text) => (stdout += text),
    err: (text) => process.stderr.write(text),
    env: {},
    readStdin: async () => new Uint8Array(),
    signal: new AbortController().signal,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: undefined,
    terminal: () => ({ columns: undefined, rows: undefined }),
    version: "test",
  });
  process.stdout.write(`${JSON.stringify({ file, code, stdout })}\n`);
}

for (const file of files) await run(file);
