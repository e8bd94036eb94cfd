import type { ProbeKind, ProbeSpec } from "../model/task.ts";
import { bounded } from "./bounded.ts";
import { loadServices } from "./tcp/converse.ts";
import { probeIcmp } from "./icmp/icmp.ts";
import { echoSocket } from "./icmp/raw.ts";
import { listenFirst, stopListening } from "./tcp/listen-first.ts";
import type { ProbeContext, Prober, Seen } from "./flight/prober.ts";
import { probeResponder } from "./responder.ts";
import { probeSnmp } from "./snmp/snmp.ts";
import { unlessTableFull } from "./table-full.ts";
import { probeTcp } from "./tcp/tcp.ts";
import { probeUdp } from "./udp/udp.ts";

type SpecOf<Kind extends ProbeKind> = Extract<ProbeSpec, { kind: Kind }>;

/** Every mechanism; a new kind of probe does not compile until it stands here. */
const probers = {
  tcp: probeTcp,
  udp: probeUdp,
  snmp: probeSnmp,
  icmp: probeIcmp,
  responder: probeResponder,
} as const satisfies { [Kind in ProbeKind]: Prober<SpecOf<Kind>> };

/**
 * Sends one probe to one literal address and says what was seen; before the first, opens the raw sockets that receive
 * ICMP errors, if this process may. Rejects only for bugs and bad input.
 */
export function probe<Kind extends ProbeKind>(spec: SpecOf<Kind>, context: ProbeContext): Promise<Seen> {
  const prober = probers[spec.kind] as unknown as Prober<SpecOf<Kind>>;
  const transport = spec.kind === "responder" && "transport" in spec ? spec.transport : spec.kind;
  const opening = context.sockets === undefined ? listenFirst(transport, context.family) : undefined;
  const asksService = spec.kind === "tcp" && "service" in spec && spec.service !== undefined;
  if (opening === undefined && !asksService) return send(prober, spec, context);
  const ready = Promise.all([opening, asksService ? loadServices() : undefined]);
  return ready.then(() => send(prober, spec, context));
}

const send = <Spec>(prober: Prober<Spec>, spec: Spec, context: ProbeContext): Promise<Seen> =>
  context.sockets?.far?.isElsewhere === true
    ? prober(spec, context).then(bounded)
    : unlessTableFull(prober(spec, context), bounded);

/** True if raw sockets receive ICMP errors for this process's probes. */
export const hearsErrors = async (): Promise<boolean> => (await echoSocket(4)).kind === "opened";

/** Closes what probes share (the raw sockets), so that the process can end. Probing may go on afterwards. */
export async function closeProbers(): Promise<void> {
  await stopListening();
}
