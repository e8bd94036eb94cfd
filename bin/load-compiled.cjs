// Loads the program together with the code that V8 compiled of it when it was built (build/compiled.mjs): compiling is
// half of what a short command takes. For Node before 22.1; newer ones keep compiled code by themselves. V8 takes such
// code only from the same version of itself with the same flags, but does not look whether it is whole, so we do. What is
// not as it was built is compiled from its text, as if there were no compiled code.
const { createHash } = require("node:crypto");
const { openSync, readFileSync, readSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

/** What a CommonJS module is wrapped into. On the line of its first one, so that a stack names the right line. */
const wrapped = (text) => `(function (exports, require, module, __filename, __dirname) {${text}\n})`;

/** Binds compiled code to the text it was made of. */
const hashOf = (text, code) => createHash("sha256").update(text).update(code).digest("latin1");

/**
 * dist/compiled.bin: 4 bytes that say how long the head is, the head as JSON, then the code of each file. The head has
 * the version and architecture of Node, and for each file where its code begins, its length, and its hash.
 */
function openCompiled(directory) {
  try {
    const file = openSync(join(directory, "compiled.bin"), "r");
    const length = read(file, 0, 4).readUInt32LE(0);
    const { madeBy, places } = JSON.parse(read(file, 4, length).toString("latin1"));
    return madeBy === exports.thisNode ? { file, start: 4 + length, places } : undefined;
  } catch {
    return undefined; // there is none, or it is none
  }
}

function read(file, from, length) {
  const bytes = Buffer.allocUnsafe(length);
  if (readSync(file, bytes, 0, length, from) !== length) throw new Error("cut off");
  return bytes;
}

function compiledOf(name, text, { file, start, places }) {
  const [begin, length, hash] = places[name] ?? [];
  if (begin === undefined) return undefined;
  try {
    const code = read(file, start + begin, length);
    return hashOf(text, code) === hash ? code : undefined;
  } catch {
    return undefined;
  }
}

exports.thisNode = `${process.version} ${process.arch}`;
exports.hashOf = hashOf;

/** Runs `cli.cjs`, and those of its `chunks/` that it asks for. */
exports.loadCompiled = (entry) => {
  const directory = dirname(entry);
  const compiled = openCompiled(directory);
  if (compiled === undefined) return require(entry);
  const requireOther = createRequire(entry);
  const modules = new Map();
  const load = (name) => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const filename = join(directory, name);
    const text = readFileSync(filename); // ASCII, see build/bundle-cli.mjs
    const cachedData = compiledOf(name, text, compiled);
    const script = new Script(wrapped(text.latin1Slice()), { filename, cachedData });
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
