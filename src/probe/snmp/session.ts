import { createCipheriv } from "node:crypto";
import type { Varbind } from "net-snmp";
import type { SnmpCredentials } from "../../model/task.ts";
import { askedObjects } from "../../wire/snmp/get.ts";
import type { Received } from "../../sockets/sockets.ts";
import type { Carrier } from "../udp/datagram.ts";

/** Credentials of version 3. */
export type UserCredentials = Extract<SnmpCredentials, { version: "3" }>;

/** How a GET ended: with variables, or with an error of net-snmp or of this side. */
export type GetResult = { kind: "variables"; variables: readonly Varbind[] } | { kind: "error"; error: Error };

/** A GET under way; it lives on somebody else's socket, which hands it every datagram. */
export interface SnmpSession {
  receive(received: Received): void;
  close(): void;
}

/** `net-snmp`, loaded when the first probe of version 3 is sent: it is large, and many runs need none of it. */
const loadNetSnmp = async () => (await import("net-snmp")).default;
export type NetSnmp = Awaited<ReturnType<typeof loadNetSnmp>>;

let loaded: Promise<NetSnmp> | undefined;
export function netSnmp(): Promise<NetSnmp> {
  loaded ??= loadNetSnmp();
  return loaded;
}

/**
 * Sends one GET of the three objects with version 3 over `carrier` and reports how it ended, once. It never retries and
 * never times out by itself: both are the caller's business. net-snmp first discovers the engine (RFC 3414 §4).
 */
export function startGet(
  snmp: NetSnmp,
  credentials: UserCredentials,
  carrier: Pick<Carrier, "send">,
  timeoutMs: number,
  onResult: (result: GetResult) => void,
): SnmpSession {
  const socket = carrySession(carrier);
  const options = { timeout: timeoutMs + 1_000, retries: 0, dgramModule: { createSocket: () => socket } };
  const context = credentials.context ?? "";
  const session = snmp.Session.createV3("", userOf(snmp, credentials), { ...options, context });
  let finished = false;
  const finish = (result: GetResult) => {
    if (!finished) onResult(result);
    finished = true;
  };
  // What it cannot decode is no answer to our request; the caller has seen the datagram itself.
  session.on("error", () => undefined);
  session.get(Object.values(askedObjects), (error: Error | null, variables?: readonly Varbind[]) =>
    finish(error === null ? { kind: "variables", variables: variables ?? [] } : { kind: "error", error }),
  );
  return {
    receive: ({ bytes, from, port }) => {
      if (!finished) socket.deliver(bytes, { address: from, port });
    },
    close() {
      finished = true;
      session.close();
    },
  };
}

/** Why credentials cannot be used at all, or `undefined`; nothing is sent with such ones. */
export function findObstacle(credentials: UserCredentials): string | undefined {
  if (credentials.priv === undefined) return undefined;
  // RFC 3414 §1.4.3
  if (credentials.auth === undefined) return "SNMPv3 has no privacy without authentication: give an auth protocol too";
  if (credentials.priv.protocol !== "des" || hasDes()) return undefined;
  return "The OpenSSL of this Node has no DES: use AES, or start Node with --openssl-legacy-provider";
}

/** OpenSSL 3 lists DES even where its legacy provider is not loaded, so the cipher has to be tried. */
function hasDes(): boolean {
  try {
    createCipheriv("des-cbc", new Uint8Array(8), new Uint8Array(8));
    return true;
  } catch {
    return false;
  }
}

function userOf(snmp: NetSnmp, { user, auth, priv }: UserCredentials) {
  const { noAuthNoPriv, authNoPriv, authPriv } = snmp.SecurityLevel;
  return {
    name: user,
    level: auth === undefined ? noAuthNoPriv : priv === undefined ? authNoPriv : authPriv,
    ...(auth === undefined ? {} : { authProtocol: snmp.AuthProtocols[auth.protocol], authKey: auth.password }),
    ...(priv === undefined ? {} : { privProtocol: snmp.PrivProtocols[priv.protocol], privKey: priv.password }),
  };
}

/** The part of a `dgram` socket that net-snmp uses, over a socket that is not its own. */
function carrySession({ send }: Pick<Carrier, "send">) {
  const listeners: Record<string, ((...values: unknown[]) => void)[]> = {};
  const emit = (event: string, ...values: unknown[]) => {
    for (const listener of listeners[event] ?? []) listener(...values);
  };
  return {
    on(event: string, listener: (...values: unknown[]) => void) {
      (listeners[event] ??= []).push(listener);
    },
    ref: () => undefined,
    unref: () => undefined,
    close: () => emit("close"),
    deliver: (bytes: Uint8Array, source: { address: string; port: number }) => emit("message", bytes, source),
    // Errors of sending reach the probe through the socket itself, so the session never sees any.
    send(
      bytes: Uint8Array,
      offset: number,
      length: number,
      _port: number,
      _address: string,
      sent: (error: null) => void,
    ) {
      send(bytes.subarray(offset, offset + length));
      sent(null);
    },
  };
}
