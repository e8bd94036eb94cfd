// The agent receiver on 8000/tcp, as docs/notes/listening.md describes it:
// TLS only, the site's certificate, client certificates optional, paths and answers of a FastAPI application.
import { createServer } from "node:https";
import { closeServer, listenOn, trackSockets } from "./listening.mjs";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const unauthorized = { "www-authenticate": "Basic" };

/** Routes below `/SITE/agent-receiver`: method, first part of the path, whether a UUID follows, who must be known. */
const routes = [
  { method: "GET", name: "openapi.json", uuid: false, needs: "nobody" },
  { method: "GET", name: "docs", uuid: false, needs: "nobody" },
  { method: "GET", name: "registration_status", uuid: true, needs: "certificate" },
  { method: "GET", name: "registration_status_v2", uuid: true, needs: "certificate" },
  { method: "POST", name: "register_existing", uuid: false, needs: "password" },
  { method: "POST", name: "pairing", uuid: false, needs: "password" },
  { method: "POST", name: "register_with_hostname", uuid: false, needs: "password" },
  { method: "POST", name: "register_new", uuid: false, needs: "password" },
  { method: "POST", name: "register_new_ongoing", uuid: true, needs: "password" },
  { method: "POST", name: "agent_data", uuid: true, needs: "certificate" },
  { method: "POST", name: "renew_certificate", uuid: true, needs: "certificate" },
];

/**
 * Opens the receiver of one site. `pem` holds key, leaf and root; `authority` is the root of the agents' certificates.
 * No agent is registered here and no password is right, so every answer is one to a stranger.
 */
export async function openAgentReceiver({ site, port, pem, authority }) {
  const server = createServer({ key: pem, cert: pem, ca: authority, requestCert: true, rejectUnauthorized: false });
  const sockets = trackSockets(server);
  server.on("secureConnection", (socket) => {
    // A certificate need not be shown, but one that is shown must be good.
    if (socket.getPeerCertificate().subject !== undefined && !socket.authorized) socket.destroy();
  });
  server.on("request", (request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body, headers } = answer(site, request, Buffer.concat(chunks).toString());
      const html = typeof body === "string";
      const text = html ? body : JSON.stringify(body);
      response.writeHead(status, {
        "content-type": html ? "text/html; charset=utf-8" : "application/json",
        "content-length": Buffer.byteLength(text),
        server: "uvicorn",
        ...headers,
      });
      response.end(text);
    });
  });
  const got = await listenOn(server, port);
  return {
    port: got,
    close: () => {
      server.closeAllConnections();
      return closeServer(server, sockets);
    },
  };
}

function answer(site, request, text) {
  const { pathname } = new URL(request.url, "https://receiver");
  const prefix = `/${site}/agent-receiver/`;
  const [name, uuid, ...rest] = pathname.startsWith(prefix) ? pathname.slice(prefix.length).split("/") : [];
  const route = routes.find((known) => known.name === name && known.uuid === (uuid !== undefined));
  if (route === undefined || rest.length > 0) return { status: 404, body: { detail: "Not Found" } };
  if (route.method !== request.method) {
    return { status: 405, body: { detail: "Method Not Allowed" }, headers: { allow: route.method } };
  }
  if (route.needs === "password") return answerRegistration(request, text);
  if (route.uuid && !uuidPattern.test(uuid)) return { status: 422, body: { detail: [{ loc: ["path", "uuid"] }] } };
  if (route.needs === "certificate") {
    const who = "(missing: no client certificate provided)";
    return { status: 400, body: { detail: `Verified client UUID ${who} does not match UUID in URL (${uuid})` } };
  }
  if (name === "docs") return { status: 200, body: "<html><title>Checkmk Agent Receiver - Swagger UI</title></html>" };
  return { status: 200, body: description() };
}

/** Credentials are looked at before the body. */
function answerRegistration(request, text) {
  if (!/^basic \S/i.test(request.headers.authorization ?? "")) {
    return { status: 401, body: { detail: "Not authenticated" }, headers: unauthorized };
  }
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (typeof body !== "object" || body === null || !("uuid" in body)) {
    return { status: 422, body: { detail: [{ loc: ["body"], msg: "Field required", type: "missing" }] } };
  }
  return { status: 401, body: { detail: "User authentication failed" }, headers: unauthorized };
}

/** What FastAPI tells about the routes. */
function description() {
  const paths = routes
    .filter((route) => route.name !== "docs" && route.name !== "openapi.json")
    .map((route) => [`/${route.name}${route.uuid ? "/{uuid}" : ""}`, { [route.method.toLowerCase()]: {} }]);
  return {
    openapi: "3.1.0",
    info: { title: "Checkmk Agent Receiver", version: "0.1.0" },
    paths: Object.fromEntries(paths),
  };
}
