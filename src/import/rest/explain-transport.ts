/** Errors of Node and OpenSSL by their code: what is wrong, and what to do. */
const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused; is the web server running, and the port right?",
  ECONNRESET: "the connection was closed in the middle; is the port right?",
  ENOTFOUND: "the name cannot be resolved; is it spelled right, and does this machine know it?",
  EAI_AGAIN: "the name cannot be resolved, because no name server answers",
  EHOSTUNREACH: "the host cannot be reached from this machine",
  ENETUNREACH: "the network cannot be reached from this machine",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself; give it with --ca FILE",
  SELF_SIGNED_CERT_IN_CHAIN:
    "its certificate comes from an authority that is not trusted here; give that one with --ca FILE",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate comes from an authority that is not trusted here; give that one with --ca FILE",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate comes from an authority that is not trusted here; give that one with --ca FILE",
  UNABLE_TO_GET_ISSUER_CERT:
    "its certificate comes from an authority that is not trusted here; give that one with --ca FILE",
  CERT_HAS_EXPIRED: "its certificate has expired; renew it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet; is the clock of this machine right?",
  CERT_SIGNATURE_FAILURE: "its certificate has a wrong signature; does --ca FILE belong to this server?",
  EPROTO: "it does not speak TLS on this port; is it https, and the port right?",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS on this port; is it https, and the port right?",
};

interface Circumstances {
  url: string;
  timeoutMs: number;
  env: Readonly<Record<string, string | undefined>>;
}

/** Why there was no answer, in one line with the remedy. */
export function explainTransport(error: unknown, { url, timeoutMs, env }: Circumstances): string {
  const causes = chainOf(error);
  const codes = causes.map(({ code }) => String(code ?? ""));
  const words = causes.map(({ message }) => message).join(": ");
  const seconds = `${timeoutMs / 1000} s`;
  if (codes.some((code) => ["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"].includes(code))) {
    return `no connection within ${seconds}; a firewall may drop it. --timeout waits longer`;
  }
  if (codes.some((code) => ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"].includes(code))) {
    return `no answer within ${seconds}, though it is connected; --timeout waits longer`;
  }
  if (codes.includes("ERR_TLS_CERT_ALTNAME_INVALID")) {
    return `its certificate is not for ${new URL(url).hostname}; use a name that the certificate lists`;
  }
  const known = codes.map((code) => byCode[code]).find((text) => text !== undefined);
  const proxy = proxyOf(url, env);
  if (proxy !== undefined && /proxy|tunnel/i.test(words)) {
    return `the proxy ${proxy} does not lead there (${words}); NO_PROXY leaves it out`;
  }
  const through = proxy === undefined ? "" : ` (through the proxy ${proxy}; NO_PROXY leaves it out)`;
  return `${known ?? words}${through}`;
}

function chainOf(error: unknown): { code?: unknown; message: string }[] {
  const chain: { code?: unknown; message: string }[] = [];
  let next = error;
  for (let depth = 0; next instanceof Error && depth < 5; depth++) {
    chain.push(next as Error & { code?: unknown });
    next = next instanceof AggregateError ? next.errors[0] : next.cause;
  }
  return chain;
}

/** The proxy that the environment names for a URL, without its login. */
function proxyOf(url: string, env: Circumstances["env"]): string | undefined {
  const isHttps = url.startsWith("https:");
  const names = isHttps ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const proxy = names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  const none = (env["no_proxy"] ?? env["NO_PROXY"] ?? "").split(/[\s,]+/);
  if (proxy === undefined || none.includes("*") || none.includes(new URL(url).hostname)) return undefined;
  return URL.canParse(proxy) ? new URL(proxy).host : "of the environment";
}
