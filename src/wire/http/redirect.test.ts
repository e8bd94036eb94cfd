import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readRedirect } from "./redirect.ts";

const at = {
  scheme: "http",
  hosts: ["cmk.example.com", "10.0.0.5", "fd00::5"],
  port: 8080,
  path: "/main/x?y=1",
} as const;
const here = (scheme: string, port: number, path: string) => ({ kind: "here", scheme, port, path });

it.each([
  ["https://cmk.example.com/main/", here("https", 443, "/main/")],
  ["https://CMK.example.com.:8443/?a=b", here("https", 8443, "/?a=b")],
  ["http://10.0.0.5/", here("http", 80, "/")],
  ["https://[fd00::5]/", here("https", 443, "/")],
  ["/other/", here("http", 8080, "/other/")],
  ["z", here("http", 8080, "/main/z")],
  ["?z", here("http", 8080, "/main/x?z")],
  ["//cmk.example.com:81/", here("http", 81, "/")],
  ["https://sso.example.com/login?token=x", { kind: "elsewhere", shown: "https://sso.example.com/login" }],
  ["https://user:word@10.0.0.6/", { kind: "elsewhere", shown: "https://10.0.0.6/" }],
  ["//evil.example/", { kind: "elsewhere", shown: "http://evil.example/" }],
  ["ftp://cmk.example.com/", { kind: "nowhere", shown: "ftp://cmk.example.com/" }],
  ["javascript:alert(1)", { kind: "nowhere" }],
  ["https://cmk.example.com:0/", { kind: "nowhere" }],
  ["//[", { kind: "nowhere", shown: "//[" }],
])("%s", (location, expected) => {
  expect(readRedirect(302, location, at)).toMatchObject(expected);
});

it("what no web client follows is no redirect", () => {
  for (const status of [200, 201, 300, 304, 305, 400]) expect(readRedirect(status, "/", at)).toBeUndefined();
  expect(readRedirect(301, undefined, at)).toBeUndefined();
});

it("whatever is said, the target is short, printable and has no login in it", () => {
  const location = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true }));
  fc.assert(
    fc.property(location, fc.integer({ min: 300, max: 310 }), (text, status) => {
      const redirect = readRedirect(status, text, at);
      expect(redirect?.shown.length ?? 0).toBeLessThanOrEqual(80);
      expect(redirect?.shown ?? "").not.toMatch(/[\p{Cc}\u202e]/u);
    }),
  );
});
