import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summariseHttp } from "./summary.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a summary of an HTTP answer", () => {
  it.each([
    [{ status: 204, body: "" }, "HTTP 204"],
    [
      { status: 403, server: "nginx/1.22.1", body: "<html><TITLE lang=x>Log\n in</TITLE>" },
      'HTTP 403 "Log in" from nginx/1.22.1',
    ],
    [{ status: 302, location: "https://cmk/", body: "<title>Found</title>" }, "HTTP 302 to https://cmk/"],
    [{ status: 404, body: '{"detail":"Not Found"}' }, 'HTTP 404 {"detail":"Not Found"}'],
    [{ status: 200, contentType: "text/html", body: "plain words" }, "HTTP 200"],
    [{ status: 200, server: "\u001B[31mred", body: "\u0000\u0001" }, "HTTP 200 from [31mred"],
  ])("%j: %s", ({ body, ...rest }, summary) => expect(summariseHttp({ ...rest, body: bytes(body) })).toBe(summary));

  it("is short and safe whatever comes, and quick for endless tags", () => {
    const word = fc.option(fc.string({ unit: "binary", maxLength: 300 }), { nil: undefined });
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.string({ unit: "binary" }).map((title) => bytes(`<title>${title}</title>`)),
      fc.constant(bytes("<title".repeat(10_000))),
    );
    fc.assert(
      fc.property(word, word, word, body, (server, location, contentType, body) => {
        const summary = summariseHttp({ status: 200, server, location, contentType, body });
        expect(summary).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(Array.from(summary).length).toBeLessThanOrEqual(120);
      }),
    );
  });
});
