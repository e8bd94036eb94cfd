import { type AskedAt, mostRedirects } from "../../../wire/http/redirect.ts";
import { askPage } from "./ask-page.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { askedAt, redirectOf } from "./read-page.ts";
import { openTls } from "./secure-opening.ts";
import type { Found, ServiceContext } from "./service-prober.ts";
import { serverName } from "./tls-evidence.ts";

/** The answer at the end of the redirects and where it was asked for, or why there is none; `via` are those followed. */
export type Followed = { via: readonly string[] } & (
  | { kind: "answer"; answer: HttpAnswer; asked: AskedAt }
  | { kind: "no-answer"; end: "too-many" | "not-reached"; found: Found }
);

/**
 * Follows redirects as the real client does, but to no other machine: a redirect there is the answer. Each one takes a
 * connection of its own, GET only. `isFinal` stops before a redirect that is answer enough.
 */
export async function follow(
  first: HttpAnswer,
  start: AskedAt,
  { context, most = mostRedirects }: { context: ServiceContext; most?: number | undefined },
  isFinal: (redirect: Pick<AskedAt, "scheme" | "port" | "path">, asked: AskedAt) => boolean,
): Promise<Followed> {
  let answer = first;
  let asked = start;
  const via: string[] = [];
  for (let count = 0; ; count += 1) {
    const redirect = answer.kind === "answered" ? redirectOf(answer, asked) : undefined;
    if (redirect?.kind !== "here" || isFinal(redirect, asked)) return { kind: "answer", answer, asked, via };
    const lost = (end: "too-many" | "not-reached", found: Found): Followed => {
      return {
        kind: "no-answer",
        end,
        via: [...via, redirect.shown],
        found: { ...found, redirectsTo: redirect.shown },
      };
    };
    if (count === most) {
      return lost("too-many", { finding: "other-answer", saw: `more than ${mostRedirects} redirects` });
    }
    const connection = await context.connectAgain(redirect.port);
    if (connection.kind === "not-connected") {
      const saw = `a redirect that leads nowhere (${connection.errno})`;
      return lost("not-reached", { finding: "other-answer", saw });
    }
    const { scheme, port, path } = redirect;
    const place = { ...context, port };
    let inside = connection;
    if (scheme === "https") {
      const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() });
      if (opening.kind === "not-secured") return lost("not-reached", opening.found);
      inside = opening.connection;
    }
    answer = await askPage(inside, place, { path, usualPort: scheme === "https" ? 443 : 80 });
    asked = askedAt(place, scheme, path);
    via.push(redirect.shown);
  }
}
