#!/usr/bin/env node
// The size of libuv's thread pool is read once, with its first task, so it is set here. An agent looks up names in it,
// where 64 threads let one dead name server not hold up every other name. Everybody else has a process for names
// (src/vantage/lookup-child.ts); making 64 threads and ending them would take as long as a tenth of a short command.
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

process.env.UV_THREADPOOL_SIZE ??= process.argv[2] === "agent" ? "64" : "8";
// A large run makes much garbage. Collected when the heap has doubled, and not only at four times, it takes a fifth less
// memory for 5 % more time (bench/README.md). Node 20 to 25 know this flag; an unknown one would print an error.
if (Number.parseInt(process.versions.node, 10) <= 25) {
  require("node:v8").setFlagsFromString("--heap-growing-percent=100");
}
const entry = join(__dirname, "../dist/cli.cjs");
const { enableCompileCache } = require("node:module");
const filesAllowed = descriptorLimit(); // Node has raised the limit as far as it may be raised
if (filesAllowed < 20) endForWantOfDescriptors({ code: "EMFILE" }); // Node itself holds 17
try {
  if (enableCompileCache === undefined) {
    require("./load-compiled.cjs").loadCompiled(entry);
  } else {
    enableCompileCache(); // Node 22.1 and later: the second start compiles nothing
    require(entry);
  }
} catch (error) {
  if (isOutOfDescriptors(error)) endForWantOfDescriptors(error);
  if (existsSync(entry)) throw error;
  process.stderr.write("portmatrix: this checkout is not built yet; run `npm run build`\n");
  process.exit(70);
}

function descriptorLimit() {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return limit === undefined ? Infinity : Number(limit);
  } catch (error) {
    return isOutOfDescriptors(error) ? 0 : Infinity; // not Linux
  }
}

function isOutOfDescriptors({ code }) {
  return code === "EMFILE" || code === "ENFILE";
}

/** Nothing was sent yet, so it ends as with an option that cannot be used. */
function endForWantOfDescriptors({ code }) {
  const limit = Number.isFinite(filesAllowed) && filesAllowed > 0 ? `: at most ${filesAllowed} (\`ulimit -n\`)` : "";
  process.stderr.write(
    `portmatrix: cannot start: this process may not open enough files (${code})${limit}; allow more, e.g. \`ulimit -n 1024\`\n`,
  );
  process.exit(2);
}
