import { describeSetup, renderSetupJson, renderSetupText } from "../../report/doctor/setup.ts";
import type { SetupRecord } from "../../model/machine/setup.ts";
import { doctorFormats } from "../../report/doctor/renderers.ts";
import { appearance, inFile } from "../output/appearance.ts";
import { parseDestinations } from "../output/formats.ts";
import { conclude, deliver } from "../output/output.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import { lookAround } from "./look-around.ts";
import type { SetupOptions } from "./options.ts";

const exitCodeOf = {
  ready: exitCodes.ok,
  undecided: exitCodes.undecided,
} as const satisfies Record<SetupRecord["verdict"], ExitCode>;

const renderers = { text: renderSetupText, json: renderSetupJson } as const;

/** `doctor setup`: what this machine can see, and what to do about the rest. Exit code 3 if flows stay undecided here. */
export async function doctorSetupCommand(options: SetupOptions, surroundings: Surroundings): Promise<ExitCode> {
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["text"], doctorFormats);
  surroundings.onProbing?.(true);
  const record = describeSetup(await lookAround(surroundings), surroundings);
  const onStdout = appearance(surroundings, options.color);
  const undelivered = await deliver(
    destinations,
    (format, toStdout) => Promise.resolve(renderers[format](record, toStdout ? onStdout : inFile)),
    surroundings.out,
  );
  const code = surroundings.signal.aborted ? exitCodes.interrupted : exitCodeOf[record.verdict];
  return conclude(code, undelivered, surroundings);
}
