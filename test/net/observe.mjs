// Carries out tasks with the built program's own vantage point, inside a node of the lab.
// Standard input: JSON list of tasks. Prints the list of observations as JSON, in the same order. The tasks of one port are
// carried out one after the other, as the schedule would do it.
import { text } from "node:stream/consumers";
import { openLocal } from "../../dist/vantage/local.js";

const tasks = JSON.parse(await text(process.stdin));
const vantage = openLocal();
const { signal } = new AbortController();
const lanes = new Map();
const observations = tasks.map((task) => {
  const lane = `${task.probe.kind} ${task.probe.port}`;
  const observation = (lanes.get(lane) ?? Promise.resolve()).then(() => vantage.observe(task, signal));
  lanes.set(lane, observation);
  return observation;
});
process.stdout.write(JSON.stringify(await Promise.all(observations)));
await vantage.close();
