import { pageTitle } from "../../../wire/http/summary.ts";
import { askPage, readNoPage } from "../conversation/ask-page.ts";
import { readAnyPage, readOtherPage } from "../general/http.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";

/** The web server of one site (`APACHE_TCP_PORT`): it is asked for the login page, which needs no login. */
export const askSiteApache: ServiceProber = async (connection, { site }, context) => {
  if (site === undefined) return readAnyPage(await askPage(connection, context, { path: "/", usualPort: 80 }));
  const path = `/${site}/check_mk/login.py`;
  return readLoginPage(await askPage(connection, context, { path, usualPort: 80 }), site);
};

/** What the answer to the question for the login page of a site means. */
function readLoginPage(answer: HttpAnswer, site: string): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  const { status, headers, body } = answer;
  const isOwn = status === 200 && /check_?mk/i.test(body.toString("latin1"));
  const leadsToOwn = status >= 300 && status < 400 && (headers.location ?? "").includes(`/${site}/check_mk/`);
  if (!isOwn && !leadsToOwn) return readOtherPage(answer);
  return { finding: "verified", saw: `login page${titleOf(body)}`, site };
}

function titleOf(body: Uint8Array): string {
  const title = pageTitle(body);
  return title === undefined ? "" : ` ${title}`;
}
