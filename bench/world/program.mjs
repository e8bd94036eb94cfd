// Programs that run beside a measurement.
import { spawn } from "node:child_process";

/** Starts a program, waits until it prints `ready`, and gives the function that ends it. */
export function startProgram([program, ...argv]) {
  const child = spawn(program, argv, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const closed = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await closed;
  };
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${[program, ...argv].join(" ")} did not start: ${said}`));
    const read = (chunk) => {
      said += chunk;
      if (said.includes("ready\n")) resolve(stop);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    child.once("close", fail);
  });
}
