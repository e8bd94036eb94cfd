import { summariseHttp } from "../../../wire/http/summary.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { Connection } from "./connection.ts";
import { foundInstead } from "./found-instead.ts";
import { type HttpAnswer, type HttpQuestion, exchangeHttp } from "./http-exchange.ts";
import type { Found, ServiceContext } from "./service-prober.ts";

/** An HTTP answer that has at least a status line. */
export type Page = Extract<HttpAnswer, { kind: "answered" }>;

/** Asks for one page, with the name that was given for the machine, or its address, as the host. */
export function askPage(
  connection: Connection,
  context: Pick<ServiceContext, "address" | "name" | "port" | "leftMs">,
  { method = "GET", path, usualPort }: { method?: HttpQuestion["method"]; path: string; usualPort: number },
): Promise<HttpAnswer> {
  return exchangeHttp(connection, { method, path, host: hostOf(context, usualPort), withinMs: context.leftMs() });
}

/** The Host header (RFC 9110 §7.2): IPv6 in brackets, the port unless it is the usual one. */
function hostOf({ name, address, port }: Pick<ServiceContext, "address" | "name" | "port">, usualPort: number): string {
  const host = name ?? (address.includes(":") ? `[${address}]` : address);
  return port === usualPort ? host : `${host}:${port}`;
}

/** What an answer means that is no page: other bytes, the end, or silence. */
export function readNoPage(answer: Exclude<HttpAnswer, Page>): Found {
  if (answer.kind !== "foreign") return foundInstead({ bytes: Buffer.alloc(0), ending: answer.kind }, "HTTP answer");
  const isTls = readTlsAnswer(answer.bytes) !== undefined;
  if (isTls) return { finding: "wrong-service", saw: "TLS where plain HTTP is expected" };
  return foundInstead({ bytes: answer.bytes, ending: "closed" }, "HTTP answer");
}

/** Status, title and server of a page, in a few words. */
export function describePage({ status, headers, body }: Page): string {
  const { server, location, "content-type": contentType } = headers;
  return summariseHttp({ status, server: server?.toString(), location, contentType, body });
}
