import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";

const executablePath = process.env["PORTMATRIX_CHROMIUM"] ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A report as a browser shows it from disk, with all that it asked for and complained about. */
export interface Shown {
  page: Page;
  /** Addresses that the page asked for, besides its own file and data in it. */
  requests: string[];
  /** Errors of scripts, and offences against the page's own policy. */
  complaints: string[];
}

/**
 * Gives the tests of a file a real Chromium, and a function that opens a text as a file in it. After each test no page
 * may have asked the network for anything. Without Chromium the tests are skipped with the reason; with
 * `PORTMATRIX_REQUIRE_NET=1` that is a failure.
 */
export function useBrowser(): (html: string, options?: BrowserContextOptions) => Promise<Shown> {
  const missing = existsSync(executablePath) ? undefined : `Chromium is missing: there is no ${executablePath}`;
  let browser: Browser;
  let folder: string;
  let shown: Shown[] = [];
  beforeAll(async () => {
    if (missing !== undefined && process.env["PORTMATRIX_REQUIRE_NET"] === "1") throw new Error(missing);
    if (missing !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), "portmatrix-browser-"));
    browser = await chromium.launch({ executablePath, args });
  });
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });
  afterEach(async () => {
    const seen = shown;
    shown = [];
    await Promise.all(seen.map(({ page }) => page.context().close()));
    expect(seen.flatMap(({ requests }) => requests)).toEqual([]);
  });
  afterAll(async () => {
    if (missing !== undefined) return;
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });
  return async (html, options = {}) => {
    const file = join(folder, `${shown.length}.html`);
    await writeFile(file, html);
    const own = pathToFileURL(file).href;
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      reducedMotion: "reduce",
      ...options,
    });
    const page = await context.newPage();
    const one: Shown = { page, requests: [], complaints: [] };
    shown.push(one);
    page.on("request", (request) => {
      const url = request.url().replace(/#.*$/, "");
      if (url !== own && !url.startsWith("data:")) one.requests.push(url);
    });
    page.on("pageerror", (error) => one.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") one.complaints.push(message.text());
    });
    await page.goto(own);
    return one;
  };
}
