// Switches the faults of the description on and off, in whichever back end is up: all goes through `lab/on`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "./description.mjs";

const on = join(dirname(fileURLToPath(import.meta.url)), "../on");

/** Runs a program in a node; throws LabError with what it said if it fails. */
function run(node, argv, input = "") {
  const { status, stdout, stderr } = spawnSync(on, [node, ...argv], { input, encoding: "utf8", timeout: 60_000 });
  if (status !== 0) throw new LabError(`${node}: ${argv.join(" ")} failed: ${stderr || stdout}`);
  return stdout;
}

/** Throws a LabError with the commands that start a lab where none is up, in namespaces or in containers. */
export function refuseWithoutLab() {
  const { status, stderr, error } = spawnSync(on, ["fw", "true"], { encoding: "utf8", timeout: 60_000 });
  if (status === 0) return;
  const why = (error?.message ?? stderr).trim().split("\n").at(-1);
  throw new LabError(
    `no lab is up: npm run lab:up starts it in namespaces, docker compose up --build --wait in containers\n(${why})`,
  );
}

/** A fault by its name; throws LabError with the names of all where there is none. */
export function findFault({ faults }, name) {
  const fault = faults[name];
  if (fault !== undefined) return fault;
  const words = Object.keys(faults).join("\n  ");
  throw new LabError(
    name === undefined ? `which fault?\n  ${words}` : `there is no fault ${name}; faults:\n  ${words}`,
  );
}

const tableOf = (name) => `inet fault-${name}`;

/** Puts a fault in place; a second time changes nothing. Its rules come before the firewall's own. */
export function breakLab(description, name) {
  const { firewall, switch: services = {} } = findFault(description, name);
  refuseWithoutLab();
  if (firewall !== undefined) {
    const chain = `chain screen { type filter hook forward priority -10; policy accept;\n${firewall}\n}`;
    const table = tableOf(name);
    run("fw", ["nft", "-f", "-"], `table ${table}\ndelete table ${table}\ntable ${table} {\n${chain}\n}\n`);
  }
  for (const [node, { service, to }] of Object.entries(services)) {
    run(node, ["/lab/services/switch", service, ...[to].flat()]);
  }
}

/** Takes a fault back; does nothing where it is not in place. */
export function mendLab(description, name) {
  const { firewall, switch: services = {} } = findFault(description, name);
  refuseWithoutLab();
  if (firewall !== undefined) run("fw", ["nft", "-f", "-"], `table ${tableOf(name)}\ndelete table ${tableOf(name)}\n`);
  for (const [node, { service }] of Object.entries(services)) run(node, ["/lab/services/switch", service, "on"]);
}
