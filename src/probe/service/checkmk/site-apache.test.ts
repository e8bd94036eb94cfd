import { expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closes,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page, web } from "../../../../test/cases/web-page.ts";
import { askSiteApache } from "./site-apache.ts";

const login = { status: 200, body: "<title>Checkmk main</title>" };
const site = { site: "main" };

it.each<[string, Behaviour, object]>([
  [
    "the login page",
    web({ "GET /main/check_mk/login.py": login }),
    { finding: "verified", saw: 'login page "Checkmk main"', ...site },
  ],
  [
    "a way to log in elsewhere",
    page({ status: 302, headers: ["Location: /main/check_mk/saml.py"] }),
    { finding: "verified", saw: "login page", ...site },
  ],
  [
    "a way to somewhere else",
    page({ status: 302, headers: ["Location: /other/"] }),
    { finding: "other-answer", saw: "HTTP 302 to /other/" },
  ],
  [
    "the Apache of another site",
    web({ "GET /other/check_mk/login.py": login }),
    { finding: "other-answer", saw: "HTTP 404" },
  ],
  [
    "any other web server",
    page({ status: 200, body: "<title>Welcome</title>" }),
    { finding: "other-answer", saw: 'HTTP 200 "Welcome"' },
  ],
  ["a site that is stopped", page({ status: 503 }), { finding: "not-ready", saw: "HTTP 503" }],
  ["an SSH server", says("SSH-2.0-x\r\n"), { finding: "wrong-service", saw: '"SSH-2.0-x"' }],
  ["an answer that breaks off", breaksOff("HTTP/1.1 200 OK\r\n\r\n<ti"), { finding: "other-answer", saw: "HTTP 200" }],
  [
    "a body without an end",
    (socket) => (socket.write("HTTP/1.1 200 OK\r\n\r\n"), endless()(socket, 1)),
    { finding: "other-answer", saw: `HTTP 200 ${"A".repeat(59)}…` },
  ],
  ["a close", closes, { finding: "closed", saw: "closed before HTTP answer" }],
  ["a reset", resetsWhenAsked, { finding: "closed", saw: "reset before HTTP answer" }],
  ["silence", silent, { finding: "unanswered", saw: "no HTTP answer" }],
])("%s", async (_name, behaviour, found) => {
  expect(await ask(askSiteApache, await peer(behaviour), { ...site, patienceMs: 400 })).toEqual(found);
});

it("without a site any page will do but an error", async () => {
  expect(await ask(askSiteApache, await peer(page(login)))).toMatchObject({ finding: "verified" });
  expect((await ask(askSiteApache, await peer(page({ status: 404 })))).finding).toBe("other-answer");
});

it("a login page on another machine is none", async () => {
  const far = await peer(page({ status: 302, headers: ["Location: http://10.0.0.9/main/check_mk/login.py"] }));
  const redirectsTo = "http://10.0.0.9/main/check_mk/login.py";
  expect(await ask(askSiteApache, far, site)).toMatchObject({ finding: "other-answer", redirectsTo });
});
