import { describe, expect, it } from "vitest";
import type { Observation } from "../model/outcome.ts";
import type { Task } from "../model/task.ts";
import { nameWebProxy, webProxyFor } from "./web-proxy.ts";

const proxy = "http://proxy.example.com:3128";

describe("the web proxy of an environment", () => {
  it.each<[Record<string, string>, string, string | undefined]>([
    [{ https_proxy: proxy }, "https_proxy", proxy],
    [{ HTTPS_PROXY: proxy }, "HTTPS_PROXY", proxy],
    [{ all_proxy: "socks5://10.0.0.9:1080" }, "all_proxy", "socks5://10.0.0.9:1080"],
    [{ https_proxy: proxy, HTTPS_PROXY: "http://other.example.com:1" }, "https_proxy", proxy],
    [{ https_proxy: "", HTTPS_PROXY: proxy }, "HTTPS_PROXY", proxy],
    [{ https_proxy: "proxy.example.com:3128" }, "https_proxy", proxy],
    [{ https_proxy: "http://proxy.example.com" }, "https_proxy", "http://proxy.example.com:80"],
    [{ https_proxy: "http://[fd00::9]:3128/" }, "https_proxy", "http://[fd00::9]:3128"],
    [{ https_proxy: "http://user:s3cret@proxy.example.com:3128/path?q=s3cret" }, "https_proxy", proxy],
    [{ https_proxy: "user:s3cret@proxy.example.com:3128" }, "https_proxy", proxy],
    [{ https_proxy: "http://user:s3c ret@@:x" }, "https_proxy", undefined],
  ])("%j", (env, variable, url) => {
    const found = webProxyFor(env, "license.example.com", 443);
    expect(found).toEqual({ variable, ...(url === undefined ? {} : { url }) });
    expect(JSON.stringify(found)).not.toContain("s3c");
  });

  it.each<[Record<string, string>]>([[{}], [{ http_proxy: proxy }], [{ https_proxy: " " }]])("%j names none", (env) =>
    expect(webProxyFor(env, "license.example.com", 443)).toBeUndefined(),
  );

  it.each([
    ["*", "license.example.com"],
    ["localhost, .example.com", "license.example.com"],
    ["example.com", "license.example.com"],
    ["*.example.com", "LICENSE.example.com"],
    ["license.example.com:443", "license.example.com"],
    ["10.0.0.0/8", "10.1.2.3"],
    ["10.1.2.3", "10.1.2.3"],
    ["fd00::/8", "fd00::5"],
    ["[fd00::5]:443", "fd00::5"],
  ])("no_proxy %s excepts %s", (list, host) => {
    for (const name of ["no_proxy", "NO_PROXY"])
      expect(webProxyFor({ https_proxy: proxy, [name]: list }, host, 443)).toBeUndefined();
  });

  it.each([
    ["ample.com", "license.example.com"],
    ["license.example.com:8443", "license.example.com"],
    ["10.0.0.0/8", "11.1.2.3"],
    ["10.0.0.0/8", "license.example.com"],
    ["", "license.example.com"],
  ])("no_proxy %s does not except %s", (list, host) =>
    expect(webProxyFor({ https_proxy: proxy, no_proxy: list }, host, 443)).toBeDefined(),
  );
});

describe("what was asked directly", () => {
  const task = (over: Partial<Task["probe"]> = {}): Task =>
    ({
      id: "t",
      target: "license.example.com",
      timeoutMs: 1,
      probe: { kind: "tcp", port: 443, service: { name: "public-https" }, ...over },
    }) as Task;
  const env = { https_proxy: proxy };
  const silent: Observation = {
    answers: [{ address: "192.0.2.1", outcome: { kind: "silent", waitedMs: 1 }, evidence: { tries: 2 } }],
  };
  const answered: Observation = {
    answers: [
      {
        address: "192.0.2.1",
        outcome: { kind: "open", rttMs: 1 },
        evidence: { service: { name: "public-https", finding: "verified" } },
      },
    ],
  };

  it("without success has the proxy beside it", () => {
    const [first] = nameWebProxy(task(), silent, env).answers;
    expect(first?.evidence).toEqual({ tries: 2, webProxy: { variable: "https_proxy", url: proxy } });
  });
  it("and answered has not, nor where no proxy is named", () => {
    expect(nameWebProxy(task(), answered, env)).toBe(answered);
    expect(nameWebProxy(task(), silent, {})).toBe(silent);
  });
  it.each<Partial<Task["probe"]>>([
    { service: { name: "http-proxy", through: { host: "license.example.com", port: 443 } } },
    { service: { name: "https" } },
    { kind: "icmp" },
  ])("%j is no public web server", (over) => expect(nameWebProxy(task(over), silent, env)).toBe(silent));
});
