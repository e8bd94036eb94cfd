import { advertisedPort, toldAside } from "../../diagnose/discovery-step.ts";
import { isVerified } from "../../diagnose/receiver-steps.ts";
import type { Subject } from "../../model/registration/doctor.ts";
import type { Observation } from "../../model/outcome.ts";
import type { Replay } from "../../model/registration/replay.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import type { Narrate } from "../check/narrate.ts";
import { openVantages } from "../check/vantages.ts";
import { type Ask, asker, type Sending } from "./ask.ts";
import { discover, forgetUrls, goOn } from "./discover.ts";
import { inspectBroken } from "./inspect-broken.ts";
import type { Patient } from "./subject.ts";

/**
 * Sends what an agent would send, in its order, and the way back from the server; then the target of what is broken is read, if
 * that is wanted. No credentials are sent.
 */
export async function replayRegistration(
  patient: Patient,
  sending: Sending & { say?: ((line: string) => void) | undefined; narrate?: Narrate | undefined; inspects: boolean },
): Promise<Replay> {
  const { subject, vantages, childEnv } = patient;
  const ends = Object.entries(vantages) as ["host" | "server", VantageSpec][];
  const opened = openVantages(new Map(ends), { ...sending, env: childEnv });
  try {
    const isNeeded = subject.hostAddresses.length > 0;
    const [forth, back] = await Promise.all([
      vantages.host === undefined
        ? { receivers: [], serverOnly: true }
        : replayForth(patient, asker(opened.observe("host"), sending)),
      vantages.server === undefined || !isNeeded
        ? undefined
        : replayBack(patient, asker(opened.observe("server"), sending)),
    ]);
    const skipped = { wayBackSkipped: isNeeded ? "not-asked-here" : "host-unknown" } as const;
    const replay = { ...forth, ...(back ?? skipped) };
    return sending.inspects ? await inspectBroken(patient, replay, { ...sending, vantages: opened }) : replay;
  } finally {
    await opened.close();
  }
}

const isResolved = ({ answers }: Observation): boolean => answers.some(({ address }) => address !== undefined);

async function replayForth(patient: Patient, ask: Ask): Promise<Replay> {
  const found = await (patient.discovers ? replayWithDiscovery(patient, ask) : replayWithPort(patient, ask));
  const unresolved = ask.unresolved().filter((name) => patient.subject.addresses.includes(name));
  return unresolved.length === 0 ? found : { ...found, unresolved };
}

function askReceiver({ addresses, site }: Subject, ask: Ask, port: number): Promise<Replay["receivers"][number]> {
  const service = { name: "agent-receiver", site } as const;
  return ask.service(addresses, port, service).then((observation) => ({ port, observation }));
}

async function askReceivers(subject: Subject, ask: Ask, ports: readonly number[]): Promise<Replay["receivers"]> {
  const receivers = [];
  for (const port of new Set(ports)) receivers.push(await askReceiver(subject, ask, port));
  return receivers;
}

async function replayWithDiscovery({ subject, known }: Patient, ask: Ask): Promise<Replay> {
  const [first, second] = await Promise.all([
    discover(subject, { scheme: "https", port: 443 }, ask),
    discover(subject, { scheme: "http", port: 80 }, ask),
  ]);
  // Without an address there is nothing that another port could change.
  if (!isResolved(first.observation)) return { https: first, http: second, receivers: [] };
  const https = await goOn(subject, first, ask, known);
  const isDone = advertisedPort(subject, { https }) !== undefined;
  // The controller does not come to http then, nor to where that would send it.
  const http = isDone ? forgetUrls(second) : await goOn(subject, second, ask, known);
  const advertised = advertisedPort(subject, { https, http });
  const aside = advertised === undefined ? await discoverAside(subject, ask, subject.otherWebPorts) : [];
  const told = toldAside({ receivers: [], aside })?.receiverPort;
  const ports = [advertised ?? subject.expectedPort, subject.expectedPort, ...(told === undefined ? [] : [told])];
  return { https, http, ...(aside.length === 0 ? {} : { aside }), receivers: await askReceivers(subject, ask, ports) };
}

/** Where the given port does not lead to the receiver, discovery is asked all the same, for what it says of the port. */
async function replayWithPort({ subject }: Patient, ask: Ask): Promise<Replay> {
  const receiver = await askReceiver(subject, ask, subject.expectedPort);
  const { observation } = receiver;
  if (!isResolved(observation) || observation.answers.some(isVerified)) return { receivers: [receiver] };
  const aside = await discoverAside(subject, ask, [443, 80, ...subject.otherWebPorts]);
  const told = toldAside({ receivers: [], aside })?.receiverPort;
  if (told === undefined || told === receiver.port) return { receivers: [receiver], aside };
  return { receivers: [receiver, await askReceiver(subject, ask, told)], aside };
}

/** Discovery at ports where this controller does not ask, over TLS unless the port is one of plain HTTP. */
async function discoverAside(
  subject: Subject,
  ask: Ask,
  ports: readonly number[],
): Promise<NonNullable<Replay["aside"]>> {
  const asked = ports.map(async (port) => {
    const scheme = port === 80 || subject.plainWebPorts.includes(port) ? "http" : "https";
    return { port, ...forgetUrls(await discover(subject, { scheme, port }, ask)) };
  });
  return Promise.all(asked);
}

/** Where the agent's port is refused, an echo reply tells how far away the host is, and so whether it was the host. */
async function replayBack({ subject, pings }: Patient, ask: Ask): Promise<Pick<Replay, "wayBack" | "wayBackEcho">> {
  const { hostAddresses, agentPort, agent } = subject;
  const plaintext = agent === "legacy" ? ({ plaintext: "expected" } as const) : {};
  const wayBack = await ask.service(hostAddresses, agentPort, { name: "checkmk-agent", ...plaintext });
  const isRefused = wayBack.answers.some(({ outcome }) => outcome.kind === "refused");
  return isRefused && pings ? { wayBack, wayBackEcho: await ask.echo(hostAddresses) } : { wayBack };
}
