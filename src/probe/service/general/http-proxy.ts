import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { readHttpStatusLine } from "../../../wire/http/status-line.ts";
import { printable } from "../../../model/text/printable.ts";
import { askPage } from "../conversation/ask-page.ts";
import type { Connection } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import { askedAt, readAnyPage } from "../conversation/read-page.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters } from "../conversation/tls-evidence.ts";
import { verifyChain } from "./public-https.ts";

const mostHeadBytes = 16_384;

/**
 * A web proxy, which is asked to lead to one server (CONNECT, RFC 9110 §9.3.6) and no further than to the TLS handshake
 * there, whose certificate a public authority must vouch for. Without a server to ask for, any web answer proves it.
 */
export const askHttpProxy: ServiceProber = (...asked) => askProxyWith(rootCertificates)(...asked);

/** The same with other authorities (PEM) than the public ones. */
export const askProxyWith =
  (authorities: readonly string[]): ServiceProber =>
  async (connection, { through }, context) => {
    if (through === undefined) {
      return readAnyPage(
        await askPage(connection, context, { path: "/", usualPort: 80 }),
        askedAt(context, "http", "/"),
      );
    }
    const refusal = await openTunnel(connection, through, context);
    if (refusal !== undefined) return refusal;
    const { host } = through;
    const place = { leftMs: context.leftMs, ...(isIP(host) === 0 ? { name: host } : {}) };
    const found = await verifyChain(connection, authorities, place);
    return { ...found, saw: printable(`through the proxy: ${found.saw ?? "TLS"}`, sawCharacters) };
  };

/** Undefined once the proxy leads there; else what it said instead. */
async function openTunnel(
  connection: Connection,
  { host, port }: { host: string; port: number },
  { leftMs }: Pick<ServiceContext, "leftMs">,
): Promise<Found | undefined> {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  connection.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: portmatrix\r\n\r\n`);
  const isEnough = (bytes: Buffer) => bytes.includes("\r\n\r\n") || !"HTTP/".startsWith(bytes.toString("latin1", 0, 5));
  const received = await connection.read({ isEnough, mostBytes: mostHeadBytes, withinMs: leftMs() });
  const line = readHttpStatusLine(received.bytes);
  if (line === undefined) return foundInstead(received, "answer to CONNECT");
  const { status, reason } = line;
  if (status >= 200 && status < 300) return undefined;
  const saw = printable(`the proxy says HTTP ${status} ${reason}`, sawCharacters);
  return { finding: status >= 400 ? "refuses" : "other-answer", saw };
}
