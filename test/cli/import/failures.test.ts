import { generate } from "selfsigned";
import { existsSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";
import { answersOf, hosts } from "./installation.ts";
import { type Special, useStandIns } from "./stand-in.ts";

const sandbox = useSandbox();
const standIns = useStandIns();
const hostsPath = "/domain-types/host_config/collections/all?effective_attributes=true";
const problem = (status: number): Special => ({
  status,
  text: JSON.stringify({ title: "Why", detail: "the-secret", status }),
});

function importUrl(url: string, { more = [], env = {} }: { more?: string[]; env?: Record<string, string> } = {}) {
  const args = ["import", "checkmk", "--url", url, "--user", "automation", "--secret-env", "CMK_SECRET", ...more];
  return portmatrix(args, { cwd: sandbox.path("."), env: { CMK_SECRET: "the-secret", ...env } });
}

/** One line on stderr with what is wrong and what to do, exit code 2, nothing written, the secret nowhere. */
function expectLine(ran: Awaited<ReturnType<typeof portmatrix>>, line: RegExp): void {
  expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(line) });
  expect(ran.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(ran.stderr).not.toContain("the-secret");
  expect(existsSync(sandbox.path("portmatrix.yaml"))).toBe(false);
}

const html = { "content-type": "text/html" };
const answers: Readonly<Record<string, [string, Special, RegExp]>> = {
  "401": ["/version", problem(401), /401: the user "automation" or the secret is wrong/],
  "403": [hostsPath, problem(403), /403: the user may not see this; give it a role with the permission wato\.use.*Why/],
  "404": ["/version", problem(404), /404: there is no REST interface of Checkmk; is the URL that of a site/],
  "500": ["/version", problem(500), /500: the server has an error of its own/],
  "503": ["/version", { status: 503, text: "<html>Site Not Started", headers: html }, /503: the site does not run/],
  "a web page": [
    "/version",
    { status: 200, text: "<!DOCTYPE html><p>Login", headers: html },
    /200: a web page and not JSON/,
  ],
  text: ["/version", { status: 200, text: "{ not JSON" }, /200: the answer is not JSON/],
  "a redirection to a login page": [
    "/version",
    { status: 302, text: "", headers: { location: "/main/check_mk/login.py?_origtarget=x" } },
    /redirects to http:\/\/127\.0\.0\.1:\d+\/main\/check_mk\/login\.py, which is not followed: a login page/,
  ],
  "a redirection to another host": [
    "/version",
    { status: 301, text: "", headers: { location: "https://elsewhere.example.com/main/check_mk/api/1.0/version" } },
    /redirects to https:\/\/elsewhere\.example\.com\/.*which is not followed/,
  ],
  "another shape": [
    "/version",
    { status: 200, text: '{"versions": []}' },
    /not shaped as Checkmk's REST interface.*"versions"/,
  ],
  "hosts of another shape": [hostsPath, { status: 200, text: '{"value": [{"id": 7}]}' }, /not shaped.*"value\.0/],
  silence: ["/version", "silence", /no answer within 0\.5 s, though it is connected; --timeout waits longer/],
};

describe("an answer that is none", () => {
  it.each(Object.entries(answers))("%s", async (_name, [path, special, line]) => {
    const { url, log } = await standIns.rest((url) => answersOf("2.3", hosts, url), { special: { [path]: special } });
    expectLine(await importUrl(url, { more: ["--timeout", "500ms"] }), line);
    expect(log.every(({ method }) => method === "GET")).toBe(true);
  });

  it("the same without the fault is imported", async () => {
    const { url } = await standIns.rest((url) => answersOf("2.3", hosts, url));
    expect(await importUrl(url)).toMatchObject({ code: 0 });
  });

  it("a connection that is refused, and a name that nobody knows", async () => {
    const closed = createTcpServer().listen(0, "127.0.0.1");
    await new Promise((done) => closed.once("listening", done));
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    expectLine(
      await importUrl(`http://127.0.0.1:${port}/main`),
      /the connection was refused; is the web server running/,
    );
    expectLine(await importUrl("https://portmatrix.invalid/main"), /the name cannot be resolved/);
  });
});

describe("certificates", () => {
  const certificate = async (name: string) => {
    const pems = await generate([{ name: "commonName", value: name }], {
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
      ],
    });
    return { key: pems.private, cert: pems.cert };
  };
  const open = (tls: { key: string; cert: string }) => standIns.rest((url) => answersOf("2.3", hosts, url), { tls });
  const named = (url: string) => url.replace("127.0.0.1", "localhost");

  it("one that nobody vouches for is refused, and --ca accepts it", async () => {
    const tls = await certificate("localhost");
    const { url, log } = await open(tls);
    expectLine(await importUrl(named(url)), /its certificate is signed by itself; give it with --ca FILE/);
    expect(log).toEqual([]);
    sandbox.write("ca.pem", tls.cert);
    expect(await importUrl(named(url), { more: ["--ca", "ca.pem"] })).toMatchObject({ code: 0 });
  });

  it("one for another name is refused", async () => {
    const tls = await certificate("other.example.com");
    const { url } = await open(tls);
    sandbox.write("ca.pem", tls.cert);
    expectLine(
      await importUrl(named(url), { more: ["--ca", "ca.pem"] }),
      /its certificate is not for localhost; use a name/,
    );
  });

  it("a port without TLS is named", async () => {
    const { url } = await standIns.rest((url) => answersOf("2.3", hosts, url));
    expectLine(await importUrl(url.replace("http:", "https:")), /it does not speak TLS on this port/);
  });
});

describe("a proxy of the environment", () => {
  it("leads to the site, and NO_PROXY leaves it out", async () => {
    const { url } = await standIns.rest((url) => answersOf("2.3", hosts, url));
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on("connect", ({ url: target = "" }, socket) => {
      tunnels.push(target);
      const [host = "", port] = target.split(":");
      const far = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        far.pipe(socket).pipe(far);
      });
      far.on("error", () => socket.destroy());
      socket.on("error", () => far.destroy());
    });
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const env = { http_proxy: `http://someone:hidden@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    try {
      expect(await importUrl(url, { env, more: ["--output", "a.yaml"] })).toMatchObject({ code: 0 });
      expect(tunnels.length).toBeGreaterThan(0);
      const before = tunnels.length;
      const without = { ...env, no_proxy: "127.0.0.1" };
      expect(await importUrl(url, { env: without, more: ["--output", "b.yaml"] })).toMatchObject({ code: 0 });
      expect(tunnels).toHaveLength(before);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
    const gone = await importUrl(url, { env });
    expectLine(gone, /the proxy 127\.0\.0\.1:\d+/);
    expect(gone.stderr).not.toContain("hidden");
  });
});

describe("the command line", () => {
  it.each([
    ["https://user:pw@cmk/main", /--url: a login does not belong into the URL/],
    ["https://cmk.example.com/", /--url: the site is missing/],
    ["https://cmk.example.com/main/pnp4nagios", /--url: "\/main\/pnp4nagios" is not the path of a site/],
    ["http://cmk.example.com/main", /--url: http would send the secret in clear/],
    ["ftp://cmk/main", /--url: write https/],
    ["cmk", /--url: "cmk" is no URL/],
  ])("%s", async (url, line) => expectLine(await importUrl(url), line));

  it("wants a secret by its variable or file, and a target that is free", async () => {
    const ask = (...more: string[]) =>
      portmatrix(["import", "checkmk", "--url", "https://cmk.invalid/main", "--user", "a", ...more], {
        cwd: sandbox.path("."),
        env: { EMPTY: "" },
      });
    expectLine(await ask(), /--secret-env: name the variable or the file/);
    expectLine(await ask("--secret-env", "NOT_SET"), /the environment variable NOT_SET is not set/);
    expectLine(await ask("--secret-env", "EMPTY"), /the secret is empty/);
    expectLine(await ask("--secret-file", "none"), /none: there is no such file/);
    expectLine(await ask("--secret-env", "EMPTY", "--write"), /--write: it goes with --update TOPOLOGY/);
    expectLine(await ask("--secret-env", "EMPTY", "--address", "300.1.1.1"), /--address: "300\.1\.1\.1"/);
    sandbox.write("old.yaml", "server: {}");
    expectLine(await ask("--secret-env", "EMPTY", "--output", "old.yaml"), /old\.yaml: this file is there already/);
    sandbox.write("key.pem", "no certificate");
    sandbox.write("s", "secret\n");
    expectLine(await ask("--secret-file", "s", "--ca", "key.pem"), /key\.pem: this is no certificate in PEM form/);
  });
});
