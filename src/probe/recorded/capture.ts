import type { TLSSocket } from "node:tls";
import type { ScriptStep } from "../../model/script.ts";
import type { ServiceSpec, TcpServiceName } from "../../model/service.ts";
import type { Connection, TlsOffer } from "../service/conversation/connection.ts";
import { loadServices } from "../tcp/converse.ts";
import { clientHello } from "../../wire/http/client-hello.ts";
import { handedOver } from "./handed-over.ts";

const notFound = (body: string): string =>
  `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

/** What a service says so that it is asked on, in the order of what is read. */
const answers: Partial<Record<TcpServiceName, readonly string[]>> = {
  // A second question is asked where the first one is not known there.
  "agent-receiver": [notFound('{"detail":"Not Found"}')],
  http: [notFound("not found")],
  https: [notFound("not found")],
  smtp: ["220 portmatrix.invalid ESMTP\r\n", "250 portmatrix.invalid\r\n", "221 portmatrix.invalid\r\n"],
};

/** Where the service is that would be asked. */
export interface CapturedPlace {
  address: string;
  /** The name that the target is given by. */
  name: string | undefined;
  port: number;
  timeoutMs: number;
  /** 32 bytes for the ClientHello. */
  random: Uint8Array;
}

/**
 * What a live probe would say over one connection to a service that behaves as it should, as the steps of a script: those of one
 * connection after the other. The prober itself is asked: it talks to a connection that leads nowhere and writes down what is said.
 */
export async function captureSteps(spec: ServiceSpec, place: CapturedPlace): Promise<ScriptStep[][]> {
  const { name, address, port, timeoutMs } = place;
  const service = (await loadServices()).services[spec.name];
  const patienceMs = Math.max(timeoutMs, service.leastPatienceMs ?? 0);
  const first: ScriptStep[] = [];
  const all = [first];
  const said = [...(answers[spec.name] ?? [])];
  const connection = listeningConnection(first, said, spec, place);
  await service.ask(connection, spec, {
    address,
    family: address.includes(":") ? 6 : 4,
    ...(name === undefined ? {} : { name }),
    timeoutMs,
    port,
    signal: new AbortController().signal,
    leftMs: () => patienceMs,
    connectAgain: () => {
      if (all.length === mostConnections) return Promise.resolve({ kind: "not-connected", errno: "ECANCELED" });
      const again: ScriptStep[] = [];
      all.push(again);
      return Promise.resolve(listeningConnection(again, said, spec, place));
    },
  });
  return all.map((steps) => withoutVainWaits(steps, patienceMs)).filter((steps) => steps.length > 0);
}

const mostConnections = 2;

/** Where a prober goes on after silence, nothing has to be waited for; whoever has said something is listened to. */
function withoutVainWaits(steps: readonly ScriptStep[], patienceMs: number): ScriptStep[] {
  const kept = steps.filter((step, at) => {
    const goesOn = steps.slice(at + 1).some((later) => later.do !== "hear");
    return step.do !== "hear" || !goesOn || vain.get(step) !== true;
  });
  const last = kept.at(-1);
  return last === undefined || last.do === "hear" || last.do === "tls"
    ? kept
    : [...kept, { do: "hear", forMs: patienceMs }];
}

/** Waits that nothing was said in. */
const vain = new WeakMap<ScriptStep, boolean>();

function listeningConnection(steps: ScriptStep[], said: string[], spec: ServiceSpec, place: CapturedPlace): Connection {
  const say = (bytes: string | Uint8Array) =>
    steps.push({ do: "say", bytes: Buffer.from(bytes as string).toString("hex") });
  const hear = (forMs: number): Buffer => {
    const bytes = Buffer.from(said.shift() ?? "");
    const step: ScriptStep = { do: "hear", forMs: Math.ceil(forMs) };
    vain.set(step, bytes.length === 0);
    steps.push(step);
    return bytes;
  };
  const under = (): Connection => ({
    kind: "connected",
    log: { tls: "none", hasReceived: () => false, sentBytes: () => 0, silentMs: () => 0, longestWaitMs: () => 0 },
    write: say,
    end: () => void steps.push({ do: "shut" }),
    close: () => undefined,
    read: ({ withinMs }) => {
      const bytes = hear(withinMs);
      return Promise.resolve({ bytes, ending: bytes.length > 0 ? "enough" : "timeout" });
    },
    startTls: (offer) => {
      steps.push(tlsStep(offer, place.random));
      const { site = "site" } = spec;
      const dates = { validFrom: "2000-01-01T00:00:00.000Z", validTo: "9999-12-31T23:59:59.000Z" };
      const certificate = { subject: site, issuer: `Site '${site}' local CA`, altNames: [], ...dates };
      const socket = {
        getProtocol: () => "TLSv1.3",
        authorized: true,
        alpnProtocol: offer.alpnProtocols?.[0] ?? false,
      };
      return Promise.resolve({
        kind: "secured",
        connection: under(),
        socket: socket as unknown as TLSSocket,
        certificate,
      });
    },
    handOver: () => handedOver(say, () => ({ bytes: Buffer.from(said.shift() ?? ""), over: { ending: "closed" } })),
  });
  return under();
}

const tlsStep = ({ servername, alpnProtocols, withinMs }: TlsOffer, random: Uint8Array): ScriptStep => ({
  do: "tls",
  hello: Buffer.from(clientHello(random, servername)).toString("hex"),
  ...(servername === undefined ? {} : { name: servername }),
  ...(alpnProtocols?.[0] === undefined ? {} : { alpn: alpnProtocols[0] }),
  forMs: Math.ceil(withinMs),
});
