import type { FragmentFact } from "../../model/run/fragment.ts";
import type { Evidence } from "../../model/outcome.ts";
import { printable } from "../../model/text/printable.ts";
import type { ScriptOrder } from "../../model/script.ts";
import type { ProbeSpec } from "../../model/task.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { explainError } from "../kernel/network-error.ts";
import { paceOf } from "../service/conversation/pace.ts";
import { unlessNamed } from "../service/conversation/unless-named.ts";
import { loadServices } from "../tcp/converse.ts";
import { readTlsAnswer } from "../../wire/http/tls-records.ts";
import { recordedConnection } from "./connection.ts";
import { recordedError } from "./sockets.ts";
import { type Transcript, openTranscript } from "./transcript.ts";

type TcpSpec = Extract<ProbeSpec, { kind: "tcp" }>;

/** A second connection to the same service. */
export interface Second {
  steps: ScriptOrder["steps"];
  facts: readonly FragmentFact[];
}

const secondSynMs = 1_900;
const summaryCharacters = 60;

/** What a script saw of a TCP port, through the same prober of its service as a live probe. */
export async function seenOverTcp(
  order: ScriptOrder,
  spec: TcpSpec,
  facts: readonly FragmentFact[],
  context: ProbeContext,
  second?: Second,
): Promise<Seen> {
  const [first] = facts;
  if (first?.kind === "error") return explainError(recordedError(first), context, first.afterUs / 1_000);
  if (first?.kind === "quiet") {
    const waitedMs = first.afterUs / 1_000;
    return { outcome: { kind: "silent", waitedMs }, evidence: waitedMs >= secondSynMs ? { tries: 2 } : {} };
  }
  if (first?.kind !== "open") throw new Error("a connection begins with neither open, error nor quiet");
  const { address: localAddress, port: localPort } = first.local ?? {};
  const outcome = { kind: "open" as const, rttMs: first.afterUs / 1_000 };
  const local: Evidence = localAddress === undefined ? {} : { localAddress, localPort };
  if (spec.request !== undefined) return { outcome, evidence: { ...local, ...replyIn(facts) } };
  // Facts behind the handshake are there only where the script could send and receive something.
  if (spec.service === undefined || facts.length === 1) return { outcome, evidence: local };
  return { outcome, evidence: { ...local, ...(await askAgain(order, spec, facts, context, second)) } };
}

/** The service's own prober over what was sent and received; where it wants to know more, only the handshake counts. */
async function askAgain(
  { steps }: ScriptOrder,
  { port, service: spec }: TcpSpec,
  facts: readonly FragmentFact[],
  context: ProbeContext,
  second: Second | undefined,
): Promise<Evidence> {
  if (spec === undefined) return {};
  const service = (await loadServices()).services[spec.name];
  const transcript = openTranscript(steps, facts);
  const connection = recordedConnection(transcript);
  let again: Transcript | undefined;
  let isAsked = false;
  const said = await service.ask(connection, spec, {
    ...context,
    port,
    leftMs: () => context.timeoutMs,
    connectAgain: (otherPort = port) => {
      const next = isAsked || otherPort !== port ? undefined : second?.facts[0];
      isAsked = true;
      if (next?.kind === "open" && second !== undefined) {
        again = openTranscript(second.steps, second.facts);
        return Promise.resolve(recordedConnection(again));
      }
      if (next === undefined) transcript.miss();
      return Promise.resolve({ kind: "not-connected", errno: next?.kind === "error" ? next.errno : "ETIMEDOUT" });
    },
  });
  if (transcript.hasMissed() || again?.hasMissed() === true) return unverified(facts);
  const found = unlessNamed(said, spec, transcript.log.sentBytes());
  return { service: { name: spec.name, ...found, ...paceOf(found, [transcript.log], service.slowAfterMs) } };
}

/** What a script did not ask is not known: neither that it is the service, nor that it is another site's. */
function unverified(facts: readonly FragmentFact[]): Evidence {
  if (facts.some(({ kind }) => kind === "secured")) return {};
  const { replyBytes = 0, replySummary = "" } = replyIn(facts);
  return replyBytes === 0 ? { replyBytes, replySummary } : {};
}

/** The answer as it came. */
function replyIn(facts: readonly FragmentFact[]): Pick<Evidence, "replyBytes" | "replySummary"> {
  const received = Buffer.concat(facts.map((fact) => Buffer.from(fact.kind === "received" ? fact.bytes : "", "hex")));
  const last = facts.at(-1);
  const ending =
    last?.kind === "ended" ? "closed without a reply" : last?.kind === "error" ? "reset without a reply" : "no reply";
  return {
    replyBytes: received.length,
    replySummary:
      received.length === 0
        ? ending
        : readTlsAnswer(received) === undefined
          ? printable(received, summaryCharacters)
          : "TLS",
  };
}
