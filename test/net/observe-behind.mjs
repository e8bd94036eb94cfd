// Carries out tasks at vantage points behind commands, with the built program's own opener, and says what each saw.
// Standard input: JSON `{ places: { NAME: PREFIX or { prefix, shell } }, tasks }`. Prints `{ NAME: { description, observations } | { error } }`.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { farWorkers } from "../../dist/commands/shipped-files.js";
import { openExec } from "../../dist/vantage/exec.js";

const { places, tasks } = JSON.parse(await text(process.stdin));
const { signal } = new AbortController();
const agentSource = await readFile(new URL("../../dist/agent.cjs", import.meta.url));
const readFarWorker = (runtime) => readFile(farWorkers[runtime]);
const seen = {};
for (const [name, place] of Object.entries(places)) {
  const { prefix, shell } = Array.isArray(place) ? { prefix: place } : place;
  try {
    const vantage = await openExec(prefix, {
      agentSource,
      readFarWorker,
      shell,
      openTimeoutMs: 20_000,
      env: process.env,
      signal,
    });
    const observations = {};
    // Those of one target one after the other: Linux sends few ICMP errors to one address in a burst.
    const lanes = new Map();
    for (const task of tasks) {
      const before = lanes.get(task.target) ?? Promise.resolve();
      lanes.set(
        task.target,
        before.then(async () => void (observations[task.id] = (await vantage.observe(task, signal)).answers[0])),
      );
    }
    await Promise.all(lanes.values());
    seen[name] = { description: vantage.description, observations };
    await vantage.close();
  } catch (error) {
    seen[name] = { error: error.message };
  }
}
process.stdout.write(JSON.stringify(seen));
