import type { Socket } from "node:net";
import type { Behaviour } from "./service-peer.ts";

/** One HTTP answer; `headers` as lines. */
export interface WebPage {
  status: number;
  body?: string;
  headers?: readonly string[];
}

/** The bytes of an HTTP answer that closes the connection. */
export function renderPage({ status, body = "", headers = [] }: WebPage): string {
  const lines = [
    `HTTP/1.1 ${status} Reason`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** A web server that answers by method and path, `GET /x`; whatever it does not know is 404 with an empty body. */
export const web =
  (pages: Readonly<Record<string, WebPage>>): Behaviour =>
  (socket: Socket) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const [, question = ""] = /^([A-Z]+ \S+) HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text) ?? [];
      if (question !== "") socket.end(renderPage(pages[question] ?? { status: 404 }));
      else if (!/^[A-Z]/.test(text)) socket.end(renderPage({ status: 400 })); // a ClientHello, for instance
    });
  };

/** The same answer to everything. */
export const page = (answer: WebPage): Behaviour => {
  const everything = new Proxy({}, { get: () => answer });
  return web(everything);
};
