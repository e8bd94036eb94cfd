import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { InputError } from "../../model/text/problem.ts";
import { hideSecrets } from "../../model/text/hide-secrets.ts";
import { explainTransport } from "./explain-transport.ts";

/** Where the REST interface is, and how it is asked. */
export interface Access {
  /** `https://HOST/SITE`, without a slash at the end. */
  url: string;
  user: string;
  /** The automation secret. It goes into one header of requests to `url`, and nowhere else. */
  secret: string;
  /** Certificates that are trusted besides those of Node, as PEM. */
  ca?: string;
  /** Proxies by the usual variables. */
  env: Readonly<Record<string, string | undefined>>;
  /** How long to wait for a connection, for an answer to begin and for its next part. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** An answer as text. It is of this server: redirections are not followed. */
export interface Answer {
  status: number;
  text: string;
  contentType: string;
  /** Where it redirects to, if it does. */
  location?: string;
}

export interface Client {
  /** Asks with GET, the only method that there is. With credentials the URL lies below that of the site. */
  get: (url: string, options: { hasCredentials: boolean }) => Promise<Answer>;
  close: () => Promise<void>;
}

/** Largest answer, in bytes: a hundred thousand hosts with their attributes are about 200 MB. */
const mostBytes = 400_000_000;

/** Opens a client that sends GET requests and nothing else. Certificates are always verified. */
export async function openClient(access: Access): Promise<Client> {
  const { env, timeoutMs, signal } = access;
  const tls = access.ca === undefined ? {} : { ca: await trusted(access.ca) };
  const agent: Dispatcher = new EnvHttpProxyAgent({
    httpProxy: env["http_proxy"] ?? env["HTTP_PROXY"] ?? "",
    httpsProxy: env["https_proxy"] ?? env["HTTPS_PROXY"] ?? "",
    noProxy: env["no_proxy"] ?? env["NO_PROXY"] ?? "",
    connect: { timeout: timeoutMs, ...tls },
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    get: async (url, { hasCredentials }) => {
      const isOwn = url.startsWith(`${access.url}/`);
      if (hasCredentials && !isOwn) throw new Error("credentials are sent to the site alone");
      const authorization = hasCredentials ? { authorization: `Bearer ${access.user} ${access.secret}` } : {};
      try {
        const answer = await request(url, {
          method: "GET",
          dispatcher: agent,
          signal,
          headers: { accept: "application/json", ...authorization },
        });
        return await read(answer);
      } catch (error) {
        if (error instanceof InputError) throw error;
        const message = hideSecrets(explainTransport(error, { url, timeoutMs, env }), [access.secret]);
        throw new InputError([{ file: new URL(url).origin, message }]);
      }
    },
    close: () => agent.close(),
  };
}

/** Node's own certificates stay trusted. */
async function trusted(pem: string): Promise<string[]> {
  const { rootCertificates } = await import("node:tls");
  return [...rootCertificates, pem];
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > mostBytes) {
      body.destroy();
      throw new Error(`the answer is longer than ${mostBytes / 1_000_000} MB`);
    }
    chunks.push(chunk);
  }
  const one = (name: string): string => String([headers[name] ?? ""].flat()[0] ?? "");
  const location = one("location");
  return {
    status: statusCode,
    text: Buffer.concat(chunks).toString("utf8"),
    contentType: one("content-type"),
    ...(location === "" ? {} : { location }),
  };
}
