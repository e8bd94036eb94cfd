import { openRootless } from "../../responder/without-root.ts";
import type { Respond } from "../../vantage/vantage.ts";
import { agentBundle, readShipped } from "../shipped-files.ts";

let rootless: ReturnType<typeof openRootless> | undefined;

/** A responder on this machine while this process is root: another process listens, without root's rights, for all of them. */
export const respondForRoot: Respond = (order, onEvent) =>
  (rootless ??= openRootless(async () => new TextDecoder().decode(await readShipped(agentBundle)))).respond(
    order,
    onEvent,
  );
