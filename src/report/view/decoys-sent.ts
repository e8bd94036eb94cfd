import type { DecoySent, Run } from "../../model/run/run.ts";
import { counted, listed } from "../text/wording.ts";

const shown = 4;

/**
 * The sentence about the decoy ports of a run, so that who reads a firewall's log knows who knocked; empty if there was
 * none. No full stop.
 */
export function phraseDecoys({ controls = [] }: Pick<Run, "controls">): string {
  if (controls.length === 0) return "";
  const each = controls.map(
    ({ from, to, address, port, outcome }: DecoySent) =>
      `${from} to ${to === address ? to : `${to} at ${address}`} port ${port} (${outcome})`,
  );
  return `${counted(controls.length, "decoy port")} asked, which no requirement names: ${listed(each, shown)}`;
}
