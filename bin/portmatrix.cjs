#!/usr/bin/env node
// Names are resolved in libuv's thread pool, whose size is read once, before the first ES module is loaded. Hence this
// file, which is not one. 64 threads let one dead name server not hold up every other name.
process.env.UV_THREADPOOL_SIZE ??= "64";
// A large run makes much garbage. Collected when the heap has doubled, and not only at four times, it takes a fifth less
// memory for 5 % more time (bench/README.md). Node 20 to 25 know this flag; an unknown one would print an error.
if (Number.parseInt(process.versions.node, 10) <= 25) {
  require("node:v8").setFlagsFromString("--heap-growing-percent=100");
}
const entry = require("node:path").join(__dirname, "../dist/cli.cjs");
const { enableCompileCache } = require("node:module");
try {
  if (enableCompileCache === undefined) {
    require("./load-compiled.cjs").loadCompiled(entry);
  } else {
    enableCompileCache(); // Node 22.1 and later: the second start compiles nothing
    require(entry);
  }
} catch (error) {
  if (error.code === "EMFILE" || error.code === "ENFILE") {
    process.stderr.write(`portmatrix: cannot start: too many files are open (${error.code}); raise \`ulimit -n\`\n`);
    process.exit(70);
  }
  if (require("node:fs").existsSync(entry)) throw error;
  process.stderr.write("portmatrix: this checkout is not built yet; run `npm run build`\n");
  process.exit(70);
}
