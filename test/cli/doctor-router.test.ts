import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { siteCertificate, webCertificate } from "../../src/demo/certificates.ts";
import { registrationSchema } from "../../src/model/registration/registration.ts";
import { portmatrix } from "./program.ts";

const description = JSON.stringify({ info: { title: "Checkmk Agent Receiver", version: "1" } });
const asked: string[] = [];
let server: Server;

/** A router that leads to the receiver only those who ask for `localhost` in their TLS greeting, as controllers do. */
beforeAll(async () => {
  const [own, router] = await Promise.all([siteCertificate("main"), webCertificate("router")]);
  const receiver = createSecureContext(own);
  const SNICallback = (name: string, choose: (error: null, context?: typeof receiver) => void) => {
    asked.push(name);
    choose(null, name === "localhost" ? receiver : undefined);
  };
  server = createServer({ ...router, SNICallback }, ({ socket, url }, response) => {
    const isReceiver = (socket as TLSSocket & { servername?: string | false }).servername === "localhost";
    if (isReceiver && url === "/main/agent-receiver/openapi.json") response.end(description);
    else response.writeHead(404).end();
  });
  await once(server.listen(0), "listening");
});
afterAll(() => void server.close());

it.each([
  ["localhost", 0, "works", undefined],
  ["127.0.0.1", 1, "broken", "tls"], // an address is not sent as a name, by the controller neither
])("a router that picks by name, given --server %s: exit code %i, %s", async (name, exitCode, verdict, firstBroken) => {
  asked.length = 0;
  const { port } = server.address() as AddressInfo;
  const args = ["--server", `${name}:${port}`, "--site", "main", "--timeout", "3s", "--format", "json"];
  const { code, stdout } = await portmatrix(["doctor", "registration", ...args]);
  const record = registrationSchema.parse(JSON.parse(stdout));
  expect({ code, verdict: record.verdict, firstBroken: record.firstBroken }).toEqual({
    code: exitCode,
    verdict,
    firstBroken,
  });
  expect(new Set(asked)).toEqual(new Set(name === "localhost" ? ["localhost"] : []));
});
