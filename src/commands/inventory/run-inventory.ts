import { spawn } from "node:child_process";
import { InputError } from "../../model/text/problem.ts";
import type { Surroundings } from "../surroundings.ts";

const mostBytes = 200_000_000;
const mostErrorBytes = 2_000;
/** Inventories that ask a cloud take long; one that never ends must not hold up a check for ever. */
const mostSeconds = 120;

/**
 * What `ansible-inventory -i INVENTORY --list` writes. It is the user's own program and may need any variable of his, so it
 * gets all of them.
 */
export async function runInventory(
  inventory: string,
  { env, signal, onChild }: Pick<Surroundings, "env" | "signal" | "onChild">,
): Promise<string> {
  const refuse = (message: string): InputError => new InputError([{ file: inventory, message }]);
  onChild?.(true);
  const run = new Promise<string>((resolve, reject) => {
    // A name that begins with "-" would be taken for an option.
    const named = inventory.startsWith("-") ? `./${inventory}` : inventory;
    const child = spawn("ansible-inventory", ["-i", named, "--list"], {
      env: { ...env },
      signal,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    let total = 0;
    let said = "";
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
      child.stdout.destroy(); // what it started itself may hold them open
      child.stderr.destroy();
    }, mostSeconds * 1000);
    child.stdout.on("data", (chunk: Buffer) => {
      total += chunk.length;
      if (total > mostBytes) child.kill();
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-mostErrorBytes)));
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      const missing =
        "ansible-inventory is not installed here; write its output to a file: ansible-inventory -i … --list > hosts.json";
      reject(refuse(error.code === "ENOENT" ? missing : `ansible-inventory cannot be started: ${error.message}`));
    });
    child.once("close", (code) => {
      clearTimeout(limit);
      const last = said.trim().split("\n").at(-1) ?? "";
      if (isLate) reject(refuse(`ansible-inventory did not end within ${mostSeconds} seconds`));
      else if (total > mostBytes) reject(refuse("ansible-inventory writes more than 200 MB"));
      else if (code === 0) resolve(Buffer.concat(chunks).toString("utf8"));
      else reject(refuse(`ansible-inventory ended with ${code ?? "a signal"}: ${last}`));
    });
  });
  return run.finally(() => onChild?.(false));
}
