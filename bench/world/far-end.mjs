// What runs on the hosts' side during one measured run.
import { fileURLToPath } from "node:url";
import { delayAnswers, onHosts } from "./network.mjs";
import { startProgram } from "./program.mjs";

const beside = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Starts the listeners of a workload, and the delay of its answers; gives the function that ends them all. */
export async function farEnd({ listens = [], speaks = [], answersSnmp = false, delayMs }) {
  const stops = [];
  const stopAll = async () => void (await Promise.all(stops.map((stop) => stop())));
  try {
    if (listens.length > 0) {
      const ports = listens.map(String);
      stops.push(await startProgram(onHosts([process.execPath, beside("hold-ports.mjs"), ...ports])));
    }
    if (speaks.length > 0) {
      stops.push(await startProgram(onHosts([process.execPath, beside("speak-first.mjs"), ...speaks.map(String)])));
    }
    if (answersSnmp) stops.push(await startProgram(onHosts(["python3", beside("answer-snmp.py")])));
    if (delayMs !== undefined) stops.push(await delayAnswers(delayMs));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}
