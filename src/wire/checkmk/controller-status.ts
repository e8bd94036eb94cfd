import type { ControllerStatus } from "../../model/inspection.ts";
import { plainText } from "../../model/text/printable.ts";

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads `cmk-agent-ctl status --json`; `undefined` for anything else. */
export function readControllerStatus(text: string): ControllerStatus | undefined {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(status) || !Array.isArray(status["connections"])) return undefined;
  const { version, agent_socket_operational: socket, ip_allowlist: list, allow_legacy_pull: legacy } = status;
  const modes = status["connections"].map((one: unknown) => {
    const local = isMap(one) && isMap(one["local"]) ? one["local"] : {};
    return local["connection_mode"] ?? local["connection_type"]; // its name in the first versions of 2.1
  });
  return {
    ...(typeof version === "string" ? { version: plainText(version).slice(0, 60) } : {}),
    ...(typeof socket === "boolean" ? { isSocketOperational: socket } : {}),
    allowsLegacyPull: legacy === true,
    allowed: (Array.isArray(list) ? list : []).filter((one): one is string => typeof one === "string").slice(0, 200),
    pulls: modes.filter((mode) => mode !== "push-agent").length,
    pushes: modes.filter((mode) => mode === "push-agent").length,
  };
}
