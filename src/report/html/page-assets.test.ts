import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pageAssetsFile } from "../../../build/page.mjs";
import { pageAssets } from "./page-assets.ts";

it("page-assets.ts is what `node build/page.mjs` writes", async () => {
  expect(readFileSync(new URL("page-assets.ts", import.meta.url), "utf8")).toBe(await pageAssetsFile());
});

it.each([
  [pageAssets.script, pageAssets.scriptHash],
  [pageAssets.style, pageAssets.styleHash],
])("the hash is that of the text", (text, hash) => {
  expect(`sha256-${createHash("sha256").update(text).digest("base64")}`).toBe(hash);
});

it("the page asks nobody for anything", () => {
  expect(pageAssets.script).not.toMatch(
    /\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|innerHTML\s*=[^=]*["'`]</,
  );
  expect(pageAssets.style).not.toMatch(/url\(|@import/);
});

it("the page has no control characters of its own", () => {
  for (const text of [pageAssets.script, pageAssets.style])
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
});
