import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { afterEach } from "vitest";

/** What a stand-in was asked. */
export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
}

/** A special answer of a path: a status with a text, or silence. */
export type Special = { status: number; text: string; headers?: Record<string, string> } | "silence";

export interface StandIn {
  /** `http://127.0.0.1:PORT/main`. */
  url: string;
  log: Asked[];
}

/** REST interfaces that answer from tables; each is closed after its test. */
export function useStandIns(): {
  rest: (
    answers: (url: string) => Record<string, unknown>,
    options?: { special?: Record<string, Special>; tls?: { key: string; cert: string }; site?: string },
  ) => Promise<StandIn>;
  raw: (handler: RequestListener) => Promise<StandIn>;
} {
  const open: Server[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) {
      (server as { closeAllConnections?: () => void }).closeAllConnections?.();
      await new Promise((done) => server.close(done));
    }
  });
  const listen = async (handler: RequestListener, tls?: { key: string; cert: string }): Promise<StandIn> => {
    const log: Asked[] = [];
    const logged: RequestListener = (request, response) => {
      log.push(askedOf(request));
      handler(request, response);
    };
    const server = tls === undefined ? createServer(logged) : createSecure(tls, logged);
    open.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    return { url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/main`, log };
  };
  return {
    raw: (handler) => listen(handler),
    rest: async (answers, { special = {}, tls, site = "main" } = {}) => {
      const prefix = `/${site}/check_mk/api/1.0`;
      let table: Record<string, unknown> = {};
      const standIn = await listen((request, response) => {
        const path = (request.url ?? "").slice(prefix.length);
        const one = special[path];
        if (one === "silence") return;
        const json = { "content-type": "application/json" };
        if (one !== undefined) return void response.writeHead(one.status, { ...json, ...one.headers }).end(one.text);
        const isOpen = path.endsWith("/discover-receiver/invoke");
        const login = request.headers.authorization;
        const problem = (status: number, title: string): void =>
          void response
            .writeHead(status, { "content-type": "application/problem+json" })
            .end(JSON.stringify({ title, status, detail: "" }));
        if (!isOpen && login !== "Bearer automation the-secret") return problem(401, "Unauthorized");
        if (request.method !== "GET") return problem(405, "Method Not Allowed");
        if (!Object.hasOwn(table, path)) return problem(404, "Not Found");
        response.writeHead(200, json).end(JSON.stringify(table[path]));
      }, tls);
      table = answers(standIn.url);
      return standIn;
    },
  };
}

const askedOf = ({ method = "", url = "", headers }: IncomingMessage): Asked => ({
  method,
  path: url,
  authorization: headers.authorization,
});
