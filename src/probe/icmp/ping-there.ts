import { readPingOutput } from "../../wire/ip/ping-output.ts";
import type { FarSockets } from "../../sockets/sockets.ts";
import { unsent } from "../../model/unsent.ts";
import { runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { missing, settleReading } from "./ping.ts";

const noSocket = "no socket for echo requests is allowed there";
/** How much longer than its own wait ping may take to start and to end, and its output to come back. */
const patienceMs = 8_000;

/** One ICMP echo through the program `ping` of another machine, whose own wait says whether there was an answer in time. */
export function pingThere(far: FarSockets, context: ProbeContext): Promise<Seen> {
  const seconds = Math.max(1, Math.ceil(context.timeoutMs / 1_000));
  return runProbe(
    { ...context, timeoutMs: seconds * 1_000 + patienceMs },
    (flight) => {
      void far.runPing(context.address, seconds).then((run) => {
        if (flight.hasEnded()) return;
        if ("errno" in run) return flight.settle(run.errno === "ENOENT" ? missing(noSocket) : notRun(run.errno));
        settleReading(flight, readPingOutput(run.output, run.exitCode), flight.elapsedMs(), noSocket);
      });
    },
    (waitedMs) => unsent("internal", `ping did not end within ${Math.round(waitedMs)} ms`, { method: "ping" }),
  );
}

const notRun = (errno: string): Seen => unsent("internal", `The program ping could not be run (${errno})`);
