import type { TcpServiceName } from "../../../model/service.ts";
import { smallHello } from "../../../wire/http/small-hello.ts";
import type { Connection, NotConnected } from "./connection.ts";
import type { Found } from "./service-prober.ts";
import type { WireLog } from "./wire-log.ts";

/** Services in plain HTTP, which answer HEAD with their headers alone. */
const web: ReadonlySet<TcpServiceName> = new Set(["http", "receiver-discovery-http", "site-apache"]);

/**
 * The question of some 50 bytes that is worth asking where the usual one met silence; undefined if there is none. Node
 * cannot make a connection's segments smaller (TCP_MAXSEG), so only a question with a short answer shows whether what
 * is lost is lost by its size: docs/notes/large-segments.md.
 */
export function smallQuestion(
  { finding }: Pick<Found, "finding">,
  name: TcpServiceName,
  first: WireLog,
): string | Uint8Array | undefined {
  if (finding !== "unanswered" || name === "http-proxy") return undefined; // it would ask the proxy, not the server behind
  if (first.tls === "begun") return smallHello;
  return first.tls === "none" && web.has(name) ? "HEAD / HTTP/1.0\r\n\r\n" : undefined;
}

/** True if there was any reaction to it: bytes, the end, or a reset. Undefined if it could not be asked. */
export async function isSmallAnswered(
  question: string | Uint8Array,
  connect: () => Promise<Connection | NotConnected>,
  withinMs: number,
): Promise<boolean | undefined> {
  const connection = await connect();
  if (connection.kind === "not-connected") return undefined;
  connection.write(question);
  const { ending } = await connection.read({ isEnough: () => true, withinMs });
  connection.close();
  return ending !== "timeout";
}
