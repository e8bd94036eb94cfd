// The web server of a Checkmk server, as far as discovery needs it, on 80 and 443 of all addresses; and plain HTTP where
// it is told. Argument: JSON { sites: { SITE: PORT | "login" | "stopped" | URL to redirect to }, plain: [PORT],
// secure: [PORT] }. Prints "serving" when all are bound. Paths and answers as in lab/services/web.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { siteCertificate } from "../../lab/standins/certificates.mjs";

const { sites, plain, secure } = JSON.parse(process.argv[2] ?? "{}");
const login = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>\n";

function answer(request, response) {
  const [, site, rest] = /^\/([\w-]+)\/([^?]*)/.exec(request.url) ?? [];
  const known = Object.hasOwn(sites, site ?? "") ? sites[site] : undefined;
  const asked = rest === "check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";
  if (known === undefined || !asked) response.writeHead(404).end("<html><title>404 Not Found</title></html>\n");
  else if (known === "login") response.writeHead(200, { "content-type": "text/html" }).end(login);
  else if (String(known).startsWith("https://"))
    response.writeHead(302, { location: `${known}${rest}?from=web` }).end();
  else if (known === "stopped") {
    response
      .writeHead(503, { "content-type": "text/html" })
      .end("<html><title>Checkmk: Site Not Started</title></html>\n");
  } else response.writeHead(200, { "content-type": "text/plain" }).end(String(known));
}

const { pem } = siteCertificate(process.env.LAB_STATE, "web", "Company web authority");
const listeners = [
  ...[443, ...secure].map((port) => [createSecureServer({ key: pem, cert: pem }, answer), port]),
  ...[80, ...plain].map((port) => [createServer(answer), port]),
];
await Promise.all(
  listeners.map(([server, port]) => {
    server.listen(port, "::");
    return once(server, "listening");
  }),
);
process.stdout.write("serving\n");
