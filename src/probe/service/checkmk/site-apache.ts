import type { AskedAt } from "../../../wire/http/redirect.ts";
import { pageTitle } from "../../../wire/http/summary.ts";
import { askPage, readNoPage } from "../conversation/ask-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { askedAt, readOtherPage, readRootPage, redirectOf } from "../conversation/read-page.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";

/** The web server of one site (`APACHE_TCP_PORT`): it is asked for the login page, which needs no login. */
export const askSiteApache: ServiceProber = async (connection, { site }, context) => {
  const path = site === undefined ? "/" : `/${site}/check_mk/login.py`;
  const answer = await askPage(connection, context, { path, usualPort: 80 });
  const asked = askedAt(context, "http", path);
  return site === undefined ? readRootPage(answer, asked) : readLoginPage(answer, asked, site);
};

/** What the answer to the question for the login page of a site means. */
function readLoginPage(answer: HttpAnswer, asked: AskedAt, site: string): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  const { status, body } = answer;
  const isOwn = status === 200 && /check_?mk/i.test(body.toString("latin1"));
  const redirect = redirectOf(answer, asked);
  const leadsToOwn = redirect?.kind === "here" && redirect.path.startsWith(`/${site}/check_mk/`);
  if (!isOwn && !leadsToOwn) return readOtherPage(answer, asked);
  return { finding: "verified", saw: `login page${titleOf(body)}`, site };
}

function titleOf(body: Uint8Array): string {
  const title = pageTitle(body);
  return title === undefined ? "" : ` ${title}`;
}
