import { fileURLToPath } from "node:url";
import type { Lab } from "./lab.ts";

/**
 * Programs to start Node behind, so that it has no raw sockets while `ping` keeps its own right to them: takes Node's
 * capability away (capabilities(7), SECBIT_NOROOT), or hides the module where the capabilities of files do not count.
 */
export function withoutRaw({ privileged }: Pick<Lab, "privileged">): string[] {
  if (privileged) return ["setpriv", "--inh-caps=-all", "--securebits=+noroot"];
  const module = fileURLToPath(new URL("../../node_modules/raw-socket", import.meta.url));
  return ["unshare", "-m", "sh", "-c", `mount -t tmpfs none ${module} && exec "$@"`, "sh"];
}
