import { createHmac, randomBytes } from "node:crypto";
import type { Evidence } from "../model/outcome.ts";
import type { ProbeSpec } from "../model/task.ts";
import { type Hmac, answerLength, decodeAnswer, encodeRequest, fromHex } from "../wire/responder/token.ts";
import type { Prober } from "./flight/prober.ts";
import { probeTcp } from "./tcp/tcp.ts";
import { askOverUdp } from "./udp/udp.ts";

type ResponderSpec = Extract<ProbeSpec, { kind: "responder" }>;

const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();

/**
 * Asks the responder that holds a port: one line over either transport, in TCP right behind the handshake. It disturbs
 * nobody, so it is asked twice where an answer fails to come. What else answers is told as such.
 */
export const probeResponder: Prober<ResponderSpec> = (spec, context) => {
  const { transport, port } = spec;
  const question = () => questionOf(spec, context.address);
  if (transport === "udp") {
    const datagram = () => {
      const { bytes, read } = question();
      return {
        bytes,
        read: (reply: Uint8Array) => {
          const evidence = read(reply);
          return { ...evidence, replyMatches: evidence.responder?.answered === true };
        },
      };
    };
    return askOverUdp(port, datagram, context);
  }
  return probeTcp({ kind: "tcp", port, exchange: () => ({ ...question(), answerBytes: answerLength }) }, context);
};

function questionOf({ transport, port, run, tag, key }: ResponderSpec, address: string) {
  const own = fromHex(key);
  const nonce = new Uint8Array(randomBytes(16));
  const request = { transport, address, port, run: fromHex(run), tag: fromHex(tag), nonce };
  const read = (reply: Uint8Array): Pick<Evidence, "responder"> => {
    const answer = decodeAnswer(hmac, own, request, reply);
    if (answer === undefined) return { responder: { answered: false } };
    const { from, fromPort, ttl } = answer;
    const seenTtl = ttl === 0 ? {} : { seenTtl: ttl };
    return { responder: { answered: true, seenAddress: from, seenPort: fromPort, ...seenTtl } };
  };
  return { bytes: encodeRequest(hmac, own, request), read };
}
