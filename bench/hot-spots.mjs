// Says where the time of a profile went: `node bench/hot-spots.mjs FILE.cpuprofile`, after a run with --profiles DIR.
// Self time by place (a file of dist, a package, Node, the engine) and by function.
import { readFileSync } from "node:fs";

const shown = 25;
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const byId = new Map(nodes.map((node) => [node.id, node]));
const byPlace = new Map();
const byFunction = new Map();
let busy = 0;

samples.forEach((id, index) => {
  const { functionName, url, lineNumber } = byId.get(id).callFrame;
  if (functionName === "(idle)") return;
  const ms = timeDeltas[index] / 1000;
  const place = placeOf(url, functionName);
  busy += ms;
  add(byPlace, place, ms);
  add(byFunction, `${functionName || "(anonymous)"} ${place}:${lineNumber + 1}`, ms);
});

console.log(`busy ${Math.round(busy)} ms`);
print(byPlace);
print(byFunction);

function placeOf(url, functionName) {
  if (url === "") return functionName.startsWith("(") ? functionName : "native code";
  if (url.startsWith("node:")) return url;
  const [, packageName] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return packageName ?? url.replace(/^.*\/(?=dist\/)/, "");
}

function add(sums, key, ms) {
  sums.set(key, (sums.get(key) ?? 0) + ms);
}

function print(sums) {
  const rows = [...sums].toSorted(([, left], [, right]) => right - left).slice(0, shown);
  const share = (ms) => ((100 * ms) / busy).toFixed(1).padStart(5);
  console.log(
    `\n${rows.map(([key, ms]) => `${share(ms)} % ${String(Math.round(ms)).padStart(6)} ms  ${key}`).join("\n")}`,
  );
}
