import { setTimeout as pause } from "node:timers/promises";
import type { Inspect, InspectionPart } from "../../model/inspection.ts";
import type { FarListeningTalk } from "./listening.ts";

/** More parts than any machine has. */
const mostParts = 300;
/** How long a worker may take in all. */
const patienceMs = 45_000;

/** Reads what another machine says of itself, by its worker. */
export function farInspection({ enter, broken }: Pick<FarListeningTalk, "enter" | "broken">): Inspect {
  return ({ ports, sites, isSecond }) => {
    const waiting = new AbortController();
    const answered = new Promise<InspectionPart[] | string>((resolve) => {
      const parts: InspectionPart[] = [];
      enter(
        (_, forget) => ({
          hear(message) {
            if (message.kind === "error") resolve(message.errno);
            else if (message.kind !== "inspected" || parts.length >= mostParts) return false;
            else parts.push(message.part);
            if (message.kind === "error" || message.part.source === "end") {
              forget();
              resolve(parts);
            }
            return true;
          },
        }),
        "inspect",
        isSecond === true ? 1 : 0,
        ports.join(",") || "-",
        sites.join(",") || "-",
      );
    });
    const late = pause(patienceMs, `the worker read nothing within ${patienceMs / 1_000} s`, {
      signal: waiting.signal,
    }).catch(() => "");
    return Promise.race([answered, broken, late]).finally(() => waiting.abort());
  };
}
