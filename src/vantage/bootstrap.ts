import { protocolVersion } from "./protocol.ts";

/**
 * What Node runs at the far end before the worker is there: it refuses a Node that is too old, says `bootstrap`, reads
 * the worker's source from stdin (its length in bytes, LF, the source), compiles it as a CommonJS module that finds
 * none but Node's own, because the current directory may belong to somebody else, and gives it the rest of stdin. Written for any
 * Node, and without single quotes because it stands between them in a shell script.
 */
const nodeBootstrap = `
var Module = require("module");
function say(message) { process.stdout.write("\\n" + JSON.stringify(message) + "\\n"); }
function start(source) {
  try {
    var worker = new Module("/dev/null/portmatrix-agent.cjs");
    worker.filename = worker.id;
    worker.paths = [];
    var required = worker.require;
    worker.require = function (name) {
      if (Module.builtinModules.indexOf(name.replace(/^node:/, "")) === -1) throw new Error("no module " + name);
      return required.call(worker, name);
    };
    worker._compile(source, worker.filename);
    worker.exports.runAgent({
      stdin: process.stdin, stdout: process.stdout, env: process.env, version: worker.exports.version, node: process.versions.node
    }).then(function () { process.exit(0); }, function (error) { console.error(error); process.exit(1); });
  } catch (error) {
    say({ type: "refused", cause: "bad-bundle", detail: String(error && error.message) });
    process.exit(1);
  }
}
var read = [];
function take(chunk) {
  read.push(chunk);
  var all = Buffer.concat(read);
  var end = all.indexOf("\\n");
  if (end === -1) return;
  var stop = end + 1 + Number(all.toString("latin1", 0, end));
  if (all.length < stop) return;
  process.stdin.removeListener("data", take);
  process.stdin.pause();
  if (all.length > stop) process.stdin.unshift(all.slice(stop));
  start(all.toString("utf8", end + 1, stop));
}
var version = process.versions.node.split(".").map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  say({ type: "refused", cause: "old-node", node: process.versions.node });
} else {
  process.stdin.on("data", take);
  say({ type: "bootstrap", node: process.versions.node });
}
`;

/**
 * What the shell at the far end runs: an installed portmatrix that speaks this protocol, else Node with the bootstrap,
 * else it says that there is neither. POSIX sh. All of it is one compound command, so that the shell has read it to the
 * end before Node gets hold of stdin. Node resolves names in half of UV_THREADPOOL_SIZE threads; four would be few.
 */
export const shellScript = `{
UV_THREADPOOL_SIZE=64; export UV_THREADPOOL_SIZE
if command -v portmatrix >/dev/null 2>&1 && portmatrix agent --accepts ${protocolVersion} </dev/null >/dev/null 2>&1; then
  exec portmatrix agent
fi
for node in node nodejs; do
  if command -v "$node" >/dev/null 2>&1; then exec "$node" -e '${nodeBootstrap}'; fi
done
printf '\\n{"type":"refused","cause":"no-node"}\\n'
exit 1
}
`;

/** The worker's source as the bootstrap expects it. */
export function framed(source: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`${source.length}\n`);
  const frame = new Uint8Array(head.length + source.length);
  frame.set(head);
  frame.set(source, head.length);
  return frame;
}
