import { diagnose } from "../diagnose/diagnose.ts";
import type { Registration } from "../model/registration/registration.ts";
import { describeRegistration } from "../report/doctor/record.ts";
import { noteElsewhere } from "../report/text/note-elsewhere.ts";
import { doctorFormats, doctorRenderers } from "../report/doctor/renderers.ts";
import { appearance, inFile } from "./output/appearance.ts";
import type { DoctorOptions } from "./doctor/options.ts";
import { replayRegistration } from "./doctor/replay.ts";
import { readPatient } from "./doctor/subject.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { narratorOf } from "./check/narrate.ts";
import { thisMachine } from "./identify/identify.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

const exitCodeOf = {
  works: exitCodes.ok,
  broken: exitCodes.failed,
  undecided: exitCodes.undecided,
} as const satisfies Record<Registration["verdict"], ExitCode>;

/**
 * `doctor registration`: replays what an agent does to register, names the first step that is broken and the ways out.
 * Exit code 0 only if an agent could register; bad input is an InputError.
 */
export async function doctorRegistrationCommand(
  file: string | undefined,
  options: DoctorOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { signal, version, err: say } = surroundings;
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["text"], doctorFormats);
  const patient = await readPatient(file, options, surroundings, thisMachine);
  surroundings.onProbing?.(true);
  const startedAt = new Date();
  const clock = performance.now();
  const narrate = narratorOf(options.verbose, say);
  narrate?.(
    `asks ${patient.subject.addresses.join(", ")} as an agent would; deadline of each answer: ${options.timeout} ms`,
  );
  const inspects = options.inspect === true;
  const replay = await replayRegistration(patient, { timeoutMs: options.timeout, signal, say, narrate, inspects });

  const record = describeRegistration(diagnose(patient.subject, replay), {
    version,
    startedAt,
    durationMs: performance.now() - clock,
    interrupted: signal.aborted,
    notes: patient.elsewhere.map(noteElsewhere),
  });
  const onStdout = appearance(surroundings, options.color);
  const undelivered = await deliver(
    destinations,
    async (format, toStdout) => (await doctorRenderers[format]())(record, toStdout ? onStdout : inFile),
    surroundings.out,
  );
  return conclude(signal.aborted ? exitCodes.interrupted : exitCodeOf[record.verdict], undelivered, surroundings);
}
