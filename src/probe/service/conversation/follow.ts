import type { AskedAt } from "../../../wire/http/redirect.ts";
import { askPage } from "./ask-page.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { askedAt, redirectOf } from "./read-page.ts";
import { openTls } from "./secure-opening.ts";
import type { Found, ServiceContext } from "./service-prober.ts";
import { serverName } from "./tls-evidence.ts";

/** As many as the agent controller's web client follows (reqwest, `redirect::Policy::default`). */
const mostRedirects = 10;

/** The answer at the end of the redirects, where it was asked for, and whether any were followed; or why there is none. */
export type Followed =
  | { kind: "answer"; answer: HttpAnswer; asked: AskedAt; from: string | undefined }
  | { kind: "no-answer"; found: Found };

/**
 * Follows redirects as the real client does, but to no other machine: a redirect there is the answer. Each one takes a
 * connection of its own, GET only. `isFinal` stops before a redirect that is answer enough.
 */
export async function follow(
  first: HttpAnswer,
  start: AskedAt,
  context: ServiceContext,
  isFinal: (redirect: { scheme: AskedAt["scheme"]; port: number }, asked: AskedAt) => boolean,
): Promise<Followed> {
  let answer = first;
  let asked = start;
  let from: string | undefined;
  for (let count = 0; ; count += 1) {
    const redirect = answer.kind === "answered" ? redirectOf(answer, asked) : undefined;
    if (redirect?.kind !== "here" || isFinal(redirect, asked)) return { kind: "answer", answer, asked, from };
    const lost = (found: Found): Followed => ({ kind: "no-answer", found: { ...found, redirectsTo: redirect.shown } });
    if (count === mostRedirects) return lost({ finding: "other-answer", saw: `more than ${mostRedirects} redirects` });
    const connection = await context.connectAgain(redirect.port);
    if (connection.kind === "not-connected") {
      return lost({ finding: "other-answer", saw: `a redirect that leads nowhere (${connection.errno})` });
    }
    const { scheme, port, path } = redirect;
    const place = { ...context, port };
    let inside = connection;
    if (scheme === "https") {
      const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() });
      if (opening.kind === "not-secured") return lost(opening.found);
      inside = opening.connection;
    }
    answer = await askPage(inside, place, { path, usualPort: scheme === "https" ? 443 : 80 });
    asked = askedAt(place, scheme, path);
    from = redirect.shown;
  }
}
