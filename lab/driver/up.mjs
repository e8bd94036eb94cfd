// Brings a lab up in namespaces. Every step is safe to be killed in: `removeLab` finds whatever was started.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "./description.mjs";
import { cableCommands, writeBox } from "./files.mjs";
import { refuseMissing } from "./packages.mjs";
import { processesOf, removeLab } from "./state.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const readyWithinMs = 60_000;

/** Starts every node of the description and returns when all are ready; throws LabError, and leaves nothing, if not. */
export async function bringUp(description, state, { hasServices }) {
  if (hasServices) refuseMissing();
  claim(state);
  if (!hasServices) writeFileSync(join(state, emptyMark), "");
  mkdirSync(join(state, "disk"));
  mkdirSync(join(state, "log"));
  const nodes = new Map();
  try {
    const names = Object.keys(description.services);
    for (const name of names) writeBox(join(state, "box", name), name, description);
    const world = start(state, "world", ["unshare", ...isolate, join(here, "world.sh"), state]);
    await until(() => existsSync(join(state, "world")), 10_000, world, "the namespaces could not be made");
    const worldPid = readFileSync(join(state, "world"), "utf8").trim();
    for (const name of names) {
      const enter = ["nsenter", "--target", worldPid, "--net", "--pid", "--"];
      const box = ["unshare", "--uts", "--ipc", ...isolate, join(here, "box.sh"), state, name];
      nodes.set(name, start(state, name, [...enter, ...box]));
    }
    const pids = new Map();
    for (const [name, node] of nodes) {
      const box = join(state, "box", name);
      await until(() => existsSync(join(box, "pid")), 20_000, node, `the node ${name} could not be made`);
      pids.set(name, pidOf(box));
    }
    connect(worldPid, cableCommands(description, pids));
    for (const { child } of nodes.values()) child.stdin.end("go\n");
    for (const [name, node] of nodes) {
      await until(
        () => isReady(join(state, "box", name)),
        readyWithinMs,
        node,
        `the node ${name} did not become ready`,
      );
    }
    for (const { child } of [world, ...nodes.values()]) child.unref();
  } catch (error) {
    await removeLab(state);
    throw error;
  }
}

/** A file in the state directory of a lab as it is before anything is installed. */
const emptyMark = "without-services";

/** False for a lab as it is before Checkmk is installed. */
export const hasServices = (state) => !existsSync(join(state, emptyMark));

/** Makes the state directory, which only one driver can. */
function claim(state) {
  try {
    mkdirSync(dirname(state), { recursive: true });
    mkdirSync(state);
  } catch (error) {
    if (error.code === "ENOENT") return claim(state); // the last other lab has just taken the parent with it
    if (error.code !== "EEXIST") throw error;
    const isUp = processesOf(state).length > 0;
    throw new LabError(
      `this lab is ${isUp ? "up already" : "left over from a killed driver"}; npm run lab:down removes it`,
    );
  }
}

const pidOf = (box) => readFileSync(join(box, "pid"), "utf8").trim();

/** True if all services of a node listen: the health check of the description, from outside. */
export function isReady(box) {
  return existsSync(join(box, "pid")) && existsSync(`/proc/${pidOf(box)}/root/run/lab/ready`);
}

const isolate = ["--net", "--mount", "--pid", "--fork", "--kill-child"];

function start(state, name, [program, ...args]) {
  const log = join(state, "log", name);
  const output = openSync(log, "a");
  const child = spawn(program, args, { stdio: ["pipe", output, output], detached: true });
  closeSync(output);
  child.stdin.on("error", () => undefined); // it ended before it was told to go; `until` says so
  const node = { child, log, hasEnded: false };
  child.once("error", () => (node.hasEnded = true));
  child.once("exit", () => (node.hasEnded = true));
  return node;
}

async function until(condition, limitMs, node, complaint) {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (node.hasEnded || Date.now() > end) {
      const said = readFileSync(node.log, "utf8").trim().split("\n").slice(-8).join("\n  ");
      throw new LabError(`${complaint}${node.hasEnded ? " and ended" : ""}; it said:\n  ${said}`);
    }
    await sleep(20);
  }
}

function connect(worldPid, commands) {
  const argv = ["--target", worldPid, "--net", "--", "ip", "-batch", "-"];
  const { status, stderr } = spawnSync("nsenter", argv, { input: commands, encoding: "utf8" });
  if (status !== 0) throw new LabError(`the nodes could not be connected: ${stderr}`);
}
