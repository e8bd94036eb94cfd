// A world of its own for one bench: private network, mount and process namespaces. The bench is the first process in
// it, so the kernel ends every program and removes every namespace and file of the world when the bench ends, however
// it ends.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";

const marker = "PORTMATRIX_BENCH_WORLD";

/** Directory for topologies and results inside of the world; it is in memory and goes with the world. */
export const worldDirectory = "/run/portmatrix-bench";

/**
 * Runs `main` in a private world: outside of one this process starts itself again inside and waits for that. Exits
 * with the code that `main` returns, 1 when it throws, 130 after Ctrl-C.
 */
export async function inPrivateWorld(main) {
  if (process.env[marker] === undefined) {
    process.exitCode = await startInside();
    return;
  }
  process.stdin.on("end", () => process.exit(1)).resume(); // the outer process is gone
  must("sh", ["-ec", `mount -t tmpfs tmpfs /run && mkdir -p /run/netns ${worldDirectory} && ip link set lo up`]);
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

async function startInside() {
  if (process.getuid?.() !== 0) {
    console.error("cannot run: the bench makes network namespaces and raw scans, so it needs root");
    return 1;
  }
  const flags = ["-mnp", "--fork", "--kill-child", "--mount-proc"];
  const argv = [...flags, process.execPath, ...process.argv.slice(1)];
  const child = spawn("unshare", argv, {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, [marker]: "1" },
  });
  let signalled = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      signalled = 128 + constants.signals[signal];
      child.kill("SIGKILL"); // --kill-child: the first process goes with it, and with that one all others
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`cannot run unshare: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code) => resolve(signalled || (code ?? 1)));
  });
}

/** Runs a program to its end and gives what it printed; throws with its own words when it fails. */
export function must(program, argv, input = "") {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { input, encoding: "utf8", maxBuffer: 1e8 });
  if (error !== undefined) throw new Error(`cannot run ${program}: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ${argv.join(" ")} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}
