// Preloaded by build/compiled.mjs (`node -r`): when the program ends, what V8 has compiled of it goes to dist/compiled.bin.
const vm = require("node:vm");
const { readFileSync, writeFileSync } = require("node:fs");
const { join, relative } = require("node:path");

const dist = join(__dirname, "../dist");
const file = join(dist, "compiled.bin");
const scripts = new Map();

/** What was compiled before and is not loaded in this run is kept. */
function codeBefore() {
  const bytes = readFileSync(file);
  const start = 4 + bytes.readUInt32LE(0);
  const { places } = JSON.parse(bytes.toString("latin1", 4, start));
  return Object.entries(places).map(([name, [begin, length]]) => [
    name,
    bytes.subarray(start + begin, start + begin + length),
  ]);
}

class RecordedScript extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (options?.filename?.startsWith(dist)) scripts.set(relative(dist, options.filename), this);
  }
}
vm.Script = RecordedScript;
const { hashOf, thisNode } = require("../bin/load-compiled.cjs"); // only now, because it takes vm.Script

process.once("exit", () => {
  const parts = new Map([...codeBefore(), ...[...scripts].map(([name, script]) => [name, script.createCachedData()])]);
  const places = {};
  let begin = 0;
  for (const [name, code] of parts) {
    places[name] = [begin, code.length, hashOf(readFileSync(join(dist, name)), code)];
    begin += code.length;
  }
  const head = Buffer.from(JSON.stringify({ madeBy: thisNode, places }), "latin1");
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  writeFileSync(file, Buffer.concat([size, head, ...parts.values()]));
});
