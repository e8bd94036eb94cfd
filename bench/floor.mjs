// How fast Node itself can do W1 and W2: connections alone, without plan, deadline, judgement or report. What these
// programs take is the least that portmatrix can take on the same interface. Usage: node bench/floor.mjs [--rounds 5]
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { requirePrograms } from "./machine.mjs";
import { median } from "./summary.mjs";
import { farEnd } from "./world/far-end.mjs";
import { buildNetwork } from "./world/network.mjs";
import { inPrivateWorld } from "./world/private-world.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const beside = (file) => fileURLToPath(new URL(`floor/${file}`, import.meta.url));

/** Each way: the programs that run side by side, with the first host and the number of hosts of each. */
const ways = [
  ["node:net", [["connect-net.mjs", 0, 10_000]]],
  [
    "node:net, two processes",
    [
      ["connect-net.mjs", 0, 5_000],
      ["connect-net.mjs", 5_000, 5_000],
    ],
  ],
  ["node:net, sockets used again", [["connect-again.mjs", 0, 10_000]]],
  ["internal handle (unsupported)", [["connect-handle.mjs", 0, 10_000]]],
];
const works = [
  { title: "30,000 TCP, all open", listens: [22, 80, 443] },
  { title: "30,000 TCP, all refused", listens: [] },
];

await inPrivateWorld(async () => {
  requirePrograms();
  buildNetwork();
  const rows = [];
  for (const { title, listens } of works) {
    const measured = new Map(ways.map(([name]) => [name, []]));
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [name, programs] of ways) {
        const stop = await farEnd({ listens });
        const startedAt = performance.now();
        await Promise.all(programs.map(run));
        measured.get(name).push(performance.now() - startedAt);
        await stop();
      }
    }
    for (const [name, times] of measured) rows.push([title, name, Math.round(median(times)).toLocaleString("en")]);
  }
  console.log(markdownTable([["work", "way", "ms"], ...rows], { align: ["l", "l", "r"] }));
  return 0;
});

/** A whole process; it fails unless every connection ended as an open or a refused port does. */
function run([file, first, hosts]) {
  const child = spawn(process.execPath, [beside(file), String(first), String(hosts)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
}
