import { argumentsKind } from "./kinds/arguments.ts";
import { datagramsKind } from "./kinds/datagrams.ts";
import { doctorKind } from "./kinds/doctor.ts";
import { farSidesKind } from "./kinds/far-sides.ts";
import { farSocketsKind } from "./kinds/far-sockets.ts";
import { filesKind } from "./kinds/files.ts";
import { nameServersKind } from "./kinds/name-servers.ts";
import { outputsKind } from "./kinds/outputs.ts";
import { peersKind } from "./kinds/peers.ts";
import { recordsKind } from "./kinds/records.ts";
import { signalsKind } from "./kinds/signals.ts";
import type { Trial } from "./trial.ts";

/** One kind of hostility. A trial starts the program once or a few times, and does many things to it. */
export interface Kind {
  /** What one case is, for the table of figures. */
  cases: string;
  run: (trial: Trial) => Promise<void>;
}

/** Every kind of hostility. */
export const kinds = {
  peers: peersKind,
  datagrams: datagramsKind,
  doctor: doctorKind,
  "far-sides": farSidesKind,
  "far-sockets": farSocketsKind,
  files: filesKind,
  records: recordsKind,
  arguments: argumentsKind,
  "name-servers": nameServersKind,
  outputs: outputsKind,
  signals: signalsKind,
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];
