import type { Replay, Subject } from "../../model/doctor.ts";
import type { Observation } from "../../model/outcome.ts";
import { serviceRecord, type ServiceSpec } from "../../model/service.ts";
import type { Observe } from "../../model/task.ts";
import type { VantageSpec } from "../../model/topology.ts";
import { advertisedPort } from "../../diagnose/web-steps.ts";
import type { Patient } from "./subject.ts";
import { openVantages } from "../check/vantages.ts";

interface Sending {
  timeoutMs: number;
  signal: AbortSignal;
  /** Where lines about the vantage points go. */
  say?: ((line: string) => void) | undefined;
}

/** Sends what an agent would send, in its order, and the way back from the server. No credentials are sent. */
export async function replayRegistration(
  { subject, vantages, discovers, childEnv }: Patient,
  sending: Sending,
): Promise<Replay> {
  const ends = Object.entries(vantages) as ["host" | "server", VantageSpec][];
  const opened = openVantages(new Map(ends), { ...sending, env: childEnv });
  try {
    const isNeeded = subject.hostAddresses.length > 0;
    const [forth, wayBack] = await Promise.all([
      vantages.host === undefined
        ? { receivers: [], serverOnly: true }
        : replayForth(subject, discovers, asker(opened.observe("host"), sending)),
      vantages.server === undefined || !isNeeded
        ? undefined
        : askAgent(subject, asker(opened.observe("server"), sending)),
    ]);
    if (wayBack !== undefined) return { ...forth, wayBack };
    return { ...forth, wayBackSkipped: isNeeded ? "not-asked-here" : "host-unknown" };
  } finally {
    await opened.close();
  }
}

/** Asks every address of a node at one port for a service; one observation has the answers of all. */
type Ask = (addresses: readonly string[], port: number, service: ServiceSpec) => Promise<Observation>;

function asker(observe: Observe, { timeoutMs, signal }: Sending): Ask {
  return async (addresses, port, service) => {
    const answers: Observation["answers"] = [];
    const isAskedOnce = serviceRecord(service.name).askedOnce === true;
    const asked = addresses.map((target) => () => {
      const id = `doctor/${service.name}/${target}/${port}`;
      const careful = isAskedOnce ? { careful: true } : {};
      return observe(
        { id, target, timeoutMs, probe: { kind: "tcp", port, service }, isOwnName: true, ...careful },
        signal,
      );
    });
    // Where a second connection could disturb, one address is asked after the other.
    if (isAskedOnce) for (const one of asked) answers.push(...(await one()).answers);
    else for (const { answers: some } of await Promise.all(asked.map((one) => one()))) answers.push(...some);
    return { answers };
  };
}

async function replayForth(subject: Subject, discovers: boolean, ask: Ask): Promise<Replay> {
  const { addresses, site, expectedPort } = subject;
  const receiver = async (port: number) => ({
    port,
    observation: await ask(addresses, port, { name: "agent-receiver", site }),
  });
  if (!discovers) return { receivers: [await receiver(expectedPort)] };
  const [https, http] = await Promise.all([
    ask(addresses, 443, { name: "receiver-discovery-https", site }),
    ask(addresses, 80, { name: "receiver-discovery-http", site }),
  ]);
  // Without an address there is nothing that another port could change.
  if (https.answers.every(({ address }) => address === undefined)) return { https, http, receivers: [] };
  const advertised = advertisedPort(subject, { https, http, receivers: [] });
  const ports = new Set([advertised ?? expectedPort, expectedPort]);
  const receivers = [];
  for (const port of ports) receivers.push(await receiver(port));
  return { https, http, receivers };
}

function askAgent({ hostAddresses, agentPort, agent }: Subject, ask: Ask): Promise<Observation> {
  const plaintext = agent === "legacy" ? ({ plaintext: "expected" } as const) : {};
  return ask(hostAddresses, agentPort, { name: "checkmk-agent", ...plaintext });
}
