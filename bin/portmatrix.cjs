#!/usr/bin/env node
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const entry = join(__dirname, "../dist/cli.cjs");
const { enableCompileCache } = require("node:module");
const filesAllowed = descriptorLimit(); // Node has raised the limit as far as it may be raised
if (filesAllowed < 20) endForWantOfDescriptors({ code: "EMFILE" }); // Node itself holds 17
try {
  require("./process-settings.cjs").prepareProcess();
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
