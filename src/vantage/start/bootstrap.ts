import { protocolVersion } from "../messages/protocol.ts";
import type { ShellRung } from "./rungs.ts";

/**
 * What Node runs at the far end before the worker is there: one that is too old ends with 86, else it says `bootstrap`, reads
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
      stdin: process.stdin, stdout: process.stdout, env: process.env, version: worker.exports.version, node: process.versions.node, source: source
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
  process.exit(86);
} else {
  process.stdin.on("data", take);
  say({ type: "bootstrap", node: process.versions.node });
}
`;

/**
 * What the interpreter of a worker that is nothing but sockets runs first: it says `source`, reads the source from stdin
 * as above and runs it with the rest of stdin. One that is too old ends with 86.
 */
const pythonBootstrap = `
import os, sys
if sys.version_info < (3, 6): sys.exit(86)
os.write(1, ("\\n{\\"type\\":\\"source\\",\\"runtime\\":\\"python\\",\\"version\\":\\"%s\\"}\\n" % sys.version.split()[0]).encode())
def take(count):
    got = b""
    while len(got) < count:
        part = os.read(0, count - len(got))
        if not part: sys.exit(0)
        got += part
    return got
size = b""
while not size.endswith(b"\\n"): size += take(1)
exec(compile(take(int(size)), "portmatrix", "exec"), {"__name__": "portmatrix"})
`;
const perlBootstrap = `
exit 86 unless $] >= 5.014 && eval { require Socket; require POSIX; Socket->import("getaddrinfo"); 1 };
$| = 1;
printf "\\n{\\"type\\":\\"source\\",\\"runtime\\":\\"perl\\",\\"version\\":\\"%vd\\"}\\n", $^V;
sub take { my ($count, $got) = ($_[0], ""); while (length($got) < $count) { sysread(STDIN, $got, $count - length($got), length($got)) or exit 0 } $got }
my $size = ""; $size .= take(1) until $size =~ /\\n$/;
my $source = take(0 + $size);
eval "#line 1 portmatrix\\n$source"; die $@ if $@;
`;
const bashBootstrap = `
[ "\${BASH_VERSINFO[0]}" -ge 4 ] || exit 86
export LC_ALL=C
case $( (exec 3<>/dev/tcp/127.0.0.1/0) 2>&1 ) in *"No such file"*) exit 86;; esac
printf "\\n{\\"type\\":\\"source\\",\\"runtime\\":\\"bash\\",\\"version\\":\\"%s\\"}\\n" "\${BASH_VERSION%%(*}"
IFS= read -r size && IFS= read -r -N "$size" source && eval "$source"
`;

/** Ways to a worker; each runs it with what is left of stdin, or leaves stdin alone and goes on to the next. */
const ways = {
  portmatrix: `
if command -v portmatrix >/dev/null 2>&1 && portmatrix agent --accepts ${protocolVersion} </dev/null >/dev/null 2>&1; then
  exec portmatrix agent
fi`,
  node: `
for node in node nodejs; do
  if command -v "$node" >/dev/null 2>&1; then "$node" -e '${nodeBootstrap}'; next; found=$node; fi
done`,
  python: `
for python in python3 /usr/libexec/platform-python /omd/versions/default/bin/python3 /omd/sites/*/bin/python3; do
  if command -v "$python" >/dev/null 2>&1; then "$python" -I -S -c '${pythonBootstrap}'; next; fi
done`,
  perl: `
if command -v perl >/dev/null 2>&1; then perl -e '${perlBootstrap}'; next; fi`,
  bash: `
if command -v bash >/dev/null 2>&1; then bash -c '${bashBootstrap}'; next; fi`,
} as const satisfies Record<ShellRung, string>;

/**
 * What the shell at the far end runs: the best worker that can be had there, of those that are wanted, else it says that
 * there is none. POSIX sh. All of it is one compound command, so that the shell has read it to the end before a worker
 * gets hold of stdin. Node resolves names in half of UV_THREADPOOL_SIZE threads; four would be few.
 */
export const shellScript = (wanted: readonly ShellRung[]): string => `{
UV_THREADPOOL_SIZE=64; export UV_THREADPOOL_SIZE
next() {
  ended=$?
  case $ended in 2|86|126|127) return ;; esac
  [ $ended -gt 128 ] && kill -$((ended - 128)) $$
  exit $ended
}
found=
${wanted.map((rung) => ways[rung]).join("")}
if [ -n "$found" ]; then
  printf '\\n{"type":"refused","cause":"old-node","node":"%s"}\\n' "$("$found" -p process.versions.node 2>/dev/null)"
else printf '\\n{"type":"refused","cause":"${wanted.length > 2 ? "no-interpreter" : "no-node"}"}\\n'
fi
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
