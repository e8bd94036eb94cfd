// Loads the program together with the code that V8 compiled of it when it was built (build/compiled.mjs): compiling is
// half of what a short command takes. For Node before 22.1; newer ones keep compiled code by themselves. V8 takes such
// code only from the same version of itself with the same flags, but does not look whether it is whole, so we do. What is
// not as it was built is compiled from its text, as if there were no compiled code.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

/** What a CommonJS module is wrapped into. On the line of its first one, so that a stack names the right line. */
const wrapped = (text) => `(function (exports, require, module, __filename, __dirname) {${text}\n})`;

/** Binds compiled code to the text it was made of. */
const hashOf = (text, code) => createHash("sha256").update(text).update(code).digest("latin1");

/**
 * dist/compiled.bin: 4 bytes that say how long the head is, the head as JSON, then the code of each file. The head has
 * the version and architecture of Node, and for each file where its code begins and ends, and its hash.
 */
function readCompiled(directory) {
  try {
    const bytes = readFileSync(join(directory, "compiled.bin"));
    const start = 4 + bytes.readUInt32LE(0);
    const { madeBy, places } = JSON.parse(bytes.toString("latin1", 4, start));
    return madeBy === exports.thisNode ? { code: bytes.subarray(start), places } : undefined;
  } catch {
    return undefined; // there is none, or it is none
  }
}

function compiledOf(name, text, { code, places }) {
  const [begin, end, hash] = places[name] ?? [];
  if (begin === undefined) return undefined;
  const own = code.subarray(begin, end);
  return hashOf(text, own) === hash ? own : undefined;
}

exports.thisNode = `${process.version} ${process.arch}`;
exports.hashOf = hashOf;

/** Runs `cli.cjs`, and those of its `chunks/` that it asks for. */
exports.loadCompiled = (entry) => {
  const directory = dirname(entry);
  const compiled = readCompiled(directory);
  if (compiled === undefined) return require(entry);
  const requireOther = createRequire(entry);
  const modules = new Map();
  const load = (name) => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const filename = join(directory, name);
    const text = readFileSync(filename);
    const cachedData = compiledOf(name, text, compiled);
    const script = new Script(wrapped(text.toString()), { filename, cachedData });
    const module = { exports: {} };
    modules.set(name, module);
    const requireHere = (asked) => {
      if (!asked.startsWith("./")) return requireOther(asked);
      return load(asked.startsWith("./chunks/") ? asked.slice(2) : `chunks/${asked.slice(2)}`);
    };
    requireHere.main = require.main;
    script.runInThisContext().call(module.exports, module.exports, requireHere, module, filename, dirname(filename));
    return module.exports;
  };
  return load("cli.cjs");
};
