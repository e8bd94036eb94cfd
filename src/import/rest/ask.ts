import { InputError } from "../../model/text/problem.ts";
import { printable } from "../../model/text/printable.ts";
import { hideSecrets } from "../../model/text/hide-secrets.ts";
import type { Access, Answer, Client } from "./client.ts";

/** What the REST interface said: a value, or that it does not give one. */
export type Said = { value: unknown } | { refused: 400 | 403 | 404; words: string };

/** Asks for paths of one site's REST interface. */
export interface Site {
  ask: (path: string) => Promise<Said>;
  /** A text that needs no login, of this site or of one whose web address is known. */
  askOpenly: (url: string) => Promise<string | undefined>;
  base: string;
}

/** The REST interface of the site at `access.url`. What ends everything throws an `InputError` with one line. */
export function siteAt(client: Client, access: Access): Site {
  const base = `${access.url}/check_mk/api/1.0`;
  return {
    base,
    ask: async (path) => {
      const answer = await client.get(`${base}${path}`, { hasCredentials: true });
      return judge(answer, `${base}${path}`, access);
    },
    askOpenly: async (url) => {
      const { status, text } = await client.get(url, { hasCredentials: false });
      return status === 200 ? text.trim() : undefined;
    },
  };
}

function judge(answer: Answer, url: string, { user, secret, url: siteUrl }: Access): Said {
  const { status, location } = answer;
  const stop = (message: string): never => {
    throw new InputError([{ file: url, message }]);
  };
  const json = jsonOf(answer);
  const words = hideSecrets(wordsOf(json), [secret]);
  if (status >= 300 && status < 400) return stop(explainRedirect(location ?? "", siteUrl));
  if (status === 401)
    return stop(`401: the user "${printable(user, 60)}" or the secret is wrong, or the user is locked`);
  if (status === 503) return stop("503: the site does not run, or its web server is overloaded; `omd start` starts it");
  if (status === 407)
    return stop("407: the proxy wants a login; write it into the variable: http://USER:PASSWORD@PROXY");
  if (status >= 500)
    return stop(`${status}: the server has an error of its own${words}; see the site's log var/log/web.log`);
  const isHtml = /html/i.test(answer.contentType) || /^\s*</.test(answer.text);
  if (json === undefined && isHtml) {
    return stop(
      `${status}: a web page and not JSON; is the URL that of a site (https://HOST/SITE), or is a login page in front of it?`,
    );
  }
  if (json === undefined) return stop(`${status}: the answer is not JSON; is this the URL of a Checkmk site?`);
  if (status === 400 || status === 403 || status === 404) return { refused: status, words };
  if (status !== 200) return stop(`${status}: an answer that is not expected${words}`);
  return { value: json };
}

function jsonOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a refusal says of itself: `title` and `detail` of RFC 9457. */
function wordsOf(json: unknown): string {
  const { title, detail } = Object(json) as Record<string, unknown>;
  const said = [title, detail].filter((part) => typeof part === "string" && part !== "").join(": ");
  return said === "" ? "" : ` (${printable(said, 160)})`;
}

function explainRedirect(location: string, siteUrl: string): string {
  const target = URL.canParse(location, siteUrl) ? new URL(location, siteUrl) : undefined;
  if (target === undefined) return "it redirects to nowhere";
  if (/login|sso|saml|oauth/i.test(target.pathname) || target.host !== new URL(siteUrl).host) {
    return `it redirects to ${printable(target.origin + target.pathname, 120)}, which is not followed: a login page or another server is in front of the REST interface`;
  }
  const site = target.pathname.split("/check_mk/")[0] ?? "";
  return `it redirects to ${printable(target.origin + target.pathname, 120)}, which is not followed; give --url ${printable(target.origin + site, 120)}`;
}
