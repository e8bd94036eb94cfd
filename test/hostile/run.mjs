// The standing campaign of hostile peers, vantage points, files, name servers, outputs and signals against the built
// program: `npm run hostile`. See CONTRIBUTING.md. It runs in a network of its own, so that no packet leaves it, in a
// process namespace of its own, so that it sees whatever is left behind, and with a copy of /etc, for its name servers.
import { spawn } from "node:child_process";
import { build } from "esbuild";
import { fileURLToPath, pathToFileURL } from "node:url";

const marker = "PORTMATRIX_HOSTILE_WORLD";
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

if (process.env[marker] === undefined) process.exitCode = await startInside();
else {
  process.stdin.on("end", () => process.exit(1)).resume(); // the outer process is gone
  const outdir = "/run/portmatrix-hostile";
  await build({
    entryPoints: { campaign: `${here}main.ts`, "far-side": `${here}far/far-side.ts` },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
    // Packages that were written for `require` find it here.
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(${JSON.stringify(`${root}package.json`)});`,
    },
  });
  const { main } = await import(pathToFileURL(`${outdir}/campaign.mjs`).href);
  process.exit(await main({ argv: process.argv.slice(2), root, directory: outdir }));
}

/** Gives the exit code: that of the campaign, or 2 where this machine cannot make that world. */
function startInside() {
  const user = process.getuid?.() === 0 ? [] : ["-Ur"];
  // The shell stays the first process, because somebody has to bury the orphans.
  const world = `
    mount -t tmpfs tmpfs /run && mkdir -p /run/etc /run/portmatrix-hostile &&
    { cp -a /etc/. /run/etc/ 2>/dev/null || true; } && rm -f /run/etc/resolv.conf && : > /run/etc/resolv.conf &&
    mount --bind /run/etc /etc && ip link set lo up || exit 2
    "$@"`;
  const argv = [...user, "-mnp", "--fork", "--kill-child", "--mount-proc", "sh", "-c", world, "sh"];
  const child = spawn("unshare", [...argv, process.execPath, ...process.argv.slice(1)], {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, [marker]: "1" },
  });
  let signalled;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.on(signal, () => {
      signalled = code;
      child.kill("SIGKILL"); // --kill-child: the first process goes with it, and with that one all others
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`cannot run unshare: ${error.message}`);
      resolve(2);
    });
    child.on("close", (code) => resolve(signalled ?? code ?? 2));
  });
}
