import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { webCertificate } from "../../src/demo/certificates.ts";
import type { TcpServiceName } from "../../src/model/service.ts";
import { beginnings } from "../cases/hostile-bytes.ts";
import {
  answers,
  type Behaviour,
  beneath,
  breaksOff,
  closes,
  closesWhenAsked,
  drips,
  endless,
  resets,
  resetsWhenAsked,
  says,
  silent,
} from "../cases/peer-behaviour.ts";
import { hostileText } from "./hostile-text.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import { spoken, web } from "./spoken.ts";

/** What a peer does, and what the program may believe of it. */
export interface PeerManner {
  /** In a few words, for complaints. */
  words: string;
  behaviour: Behaviour;
  /** Services that may be taken as proven; `undefined` where the damage may have left a true answer. */
  mayProve: ReadonlySet<TcpServiceName> | undefined;
}

const wordless: Record<string, Behaviour> = { closes, resets, closesWhenAsked, resetsWhenAsked, silent };
const nothing: ReadonlySet<TcpServiceName> = new Set();
const quoted = (bytes: string | Uint8Array): string =>
  JSON.stringify(
    Buffer.from(bytes as string, "latin1")
      .toString("latin1")
      .slice(0, 40),
  );

/** Two bytes are all that an agent says for sure, and one alert all that a cluster node does. */
function provenByStart(text: string): ReadonlySet<TcpServiceName> {
  const services: TcpServiceName[] = [];
  if (/^(?:16|<<)/.test(text)) services.push("checkmk-agent");
  if (/^\* (?:OK|PREAUTH)\b/i.test(text)) services.push("imap");
  if (text.startsWith("+OK")) services.push("pop3");
  if (/^[12]20[ -]/.test(text)) services.push("ftp");
  if (text.startsWith("\x15\x03")) services.push("pacemaker-remote");
  if (text.startsWith("HTTP/1.1 1")) services.push("http", "http-proxy");
  if (text.startsWith("HTTP/1.1 200")) services.push(...web);
  return new Set(services);
}

const manners: readonly ((random: Random) => PeerManner)[] = [
  (random) => {
    const text = random.pick(beginnings) + random.bytes(random.int(300)).toString("latin1");
    const behaviour = says(Buffer.from(text, "latin1"));
    return { words: `says ${quoted(text)}`, behaviour, mayProve: provenByStart(text) };
  },
  (random) => {
    const text = random.pick(beginnings) + hostileText(random);
    return { words: `answers ${quoted(text)}`, behaviour: answers(text), mayProve: provenByStart(text) };
  },
  (random) => {
    const text =
      random.pick(beginnings) +
      random.pick(["A", "16", "220-x\r\n", "\0", "\n", "[[", "HTTP/1.1 100 Continue\r\n\r\n"]);
    return {
      words: `says ${quoted(text)} for ever`,
      behaviour: endless(text),
      mayProve: provenByStart(text),
    };
  },
  (random) => {
    const text = random.pick(["16\x03\x03", "220-x", "HTTP/1.1 ", "SSH-2.0-x", hostileText(random)]);
    return { words: `drips ${quoted(text)}`, behaviour: drips(text), mayProve: provenByStart(text) };
  },
  (random) => {
    const text = random.pick(beginnings) + random.bytes(20).toString("latin1");
    const behaviour = breaksOff(Buffer.from(text, "latin1"));
    return { words: `resets after ${quoted(text)}`, behaviour, mayProve: provenByStart(text) };
  },
  (random) => {
    const [words, behaviour] = random.pick(Object.entries(wordless));
    return { words, behaviour, mayProve: nothing };
  },
  (random) => {
    const { behaviour, proves, text = "a whole conversation" } = random.pick(spoken);
    return { words: `speaks ${quoted(text)}`, behaviour, mayProve: new Set(proves) };
  },
  (random) => {
    const { text = "" } = random.pick(spoken.filter(({ text }) => text !== undefined));
    const damaged = mutate(Buffer.from(text, "latin1"), random);
    const behaviour = random.pick([says, answers])(damaged);
    return { words: `speaks a damaged ${quoted(text)}`, behaviour, mayProve: undefined };
  },
  (random) => {
    const text = `HTTP/1.1 ${random.pick(["200", "302", "401", "503"])} ${hostileText(random)}\r\nLocation: http://127.0.0.1/${hostileText(random)}\r\nServer: ${hostileText(random)}\r\n\r\n<title>${hostileText(random)}</title>`;
    return { words: "a web page of hostile text", behaviour: answers(text), mayProve: undefined };
  },
  (random) => {
    const text = `${random.pick(["SSH-2.0-", "220 ", "554 ", "200          40\n", "[[", "-ERR "])}${hostileText(random)}\r\n`;
    return { words: `says ${quoted(text)}`, behaviour: says(text), mayProve: undefined };
  },
];

export const randomManner = (random: Random): PeerManner => random.pick(manners)(random);

/** A listener on loopback. */
export interface Listening {
  port: number;
  close: () => Promise<void>;
}

let certificate: Promise<TlsOptions> | undefined;

/** Opens a peer; with `inTls` it behaves so inside of TLS. */
export async function listen(behaviour: Behaviour, inTls = false): Promise<Listening> {
  const sockets = new Set<Socket>();
  let count = 0;
  const greet = (socket: Socket): void => {
    const raw = [...sockets].find(({ remotePort }) => remotePort === socket.remotePort);
    if (raw !== undefined && raw !== socket) beneath.set(socket, raw);
    socket.on("error", () => undefined).on("data", () => undefined);
    behaviour(socket, (count += 1));
  };
  const options = { allowHalfOpen: true };
  const server: Server = inTls
    ? createTlsServer({ ...options, ...(await (certificate ??= makeCertificate())) }, greet)
    : createServer(options, greet);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

const makeCertificate = async (): Promise<TlsOptions> => ({ ...(await webCertificate("hostile.example")) });
