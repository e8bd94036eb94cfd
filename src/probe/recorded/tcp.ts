import type { FragmentFact } from "../../model/fragment.ts";
import type { Evidence } from "../../model/outcome.ts";
import { printable } from "../../model/printable.ts";
import type { ScriptOrder } from "../../model/script.ts";
import type { ProbeSpec } from "../../model/task.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { explainError } from "../kernel/network-error.ts";
import { paceOf } from "../service/conversation/pace.ts";
import { unlessNamed } from "../service/conversation/unless-named.ts";
import { loadServices } from "../tcp/converse.ts";
import { recordedConnection } from "./connection.ts";
import { recordedError } from "./sockets.ts";
import { openTranscript } from "./transcript.ts";

type TcpSpec = Extract<ProbeSpec, { kind: "tcp" }>;

const secondSynMs = 1_900;
const summaryCharacters = 60;

/** What a script saw of a TCP port, through the same prober of its service as a live probe. */
export async function seenOverTcp(
  order: ScriptOrder,
  spec: TcpSpec,
  facts: readonly FragmentFact[],
  context: ProbeContext,
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
  // Facts behind the handshake are there only where the script could say and hear something.
  if (spec.service === undefined || facts.length === 1) return { outcome, evidence: local };
  return { outcome, evidence: { ...local, ...(await askAgain(order, spec, facts, context)) } };
}

/** The service's own prober over what was said and heard; where it wants to know more, what is known is told as it came. */
async function askAgain(
  { steps }: ScriptOrder,
  { port, service: spec }: TcpSpec,
  facts: readonly FragmentFact[],
  context: ProbeContext,
): Promise<Evidence> {
  if (spec === undefined) return {};
  const service = (await loadServices()).services[spec.name];
  const transcript = openTranscript(steps, facts);
  const connection = recordedConnection(transcript);
  const said = await service.ask(connection, spec, {
    ...context,
    port,
    leftMs: () => context.timeoutMs,
    connectAgain: () => {
      transcript.miss();
      return Promise.resolve({ kind: "not-connected", errno: "ECANCELED" });
    },
  });
  if (transcript.hasMissed()) return replyIn(facts);
  const found = unlessNamed(said, spec, transcript.log.sentBytes());
  return { service: { name: spec.name, ...found, ...paceOf(found, [transcript.log], service.slowAfterMs) } };
}

/** The answer as it came. */
function replyIn(facts: readonly FragmentFact[]): Pick<Evidence, "replyBytes" | "replySummary"> {
  const heard = Buffer.concat(facts.map((fact) => Buffer.from(fact.kind === "heard" ? fact.bytes : "", "hex")));
  const last = facts.at(-1);
  const ending =
    last?.kind === "ended" ? "closed without a reply" : last?.kind === "error" ? "reset without a reply" : "no reply";
  return { replyBytes: heard.length, replySummary: heard.length === 0 ? ending : printable(heard, summaryCharacters) };
}
