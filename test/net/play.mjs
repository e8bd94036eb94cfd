// Plays services of Checkmk for the worlds of the examples; runs inside a node of the lab.
// Argument: JSON list of { service, address, port, site?, receiverPort? }. Prints "listening" when all are bound.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { siteCertificate } from "../../dist/demo/certificates.js";
import { answerLivestatus, speakFirst } from "../../dist/demo/conversations.js";

/** Pages of a server with one site: the agent receiver's description, its port, the login page. */
const pagesOf =
  ({ site, receiverPort }) =>
  ({ url }, response) => {
    const pages = {
      [`/${site}/agent-receiver/openapi.json`]: '{"openapi":"3.1.0","info":{"title":"Checkmk Agent Receiver"}}',
      [`/${site}/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke`]: String(receiverPort),
      [`/${site}/check_mk/login.py`]: "<title>Checkmk</title>",
    };
    const body = pages[url];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '{"detail":"Not Found"}');
  };

const players = {
  agent: () => createServer(speakFirst("16")),
  http: (place) => createHttpServer(pagesOf(place)),
  https: async (place) => createHttpsServer(await siteCertificate(place.site), pagesOf(place)),
  livestatus: async ({ site }) => createTlsServer(await siteCertificate(site), answerLivestatus),
};

await Promise.all(
  JSON.parse(process.argv[2] ?? "[]").map(async (place) => {
    const server = await players[place.service](place);
    server.on("connection", (socket) => socket.on("error", () => undefined));
    server.on("tlsClientError", () => undefined);
    server.listen({ host: place.address, port: place.port });
    return once(server, "listening");
  }),
);
process.stdout.write("listening\n");
