// Makes the pictures of the HTML report in docs/images, in both themes, from a run of the demo. Needs Chromium
// (PORTMATRIX_CHROMIUM, else /usr/bin/chromium) and a build: `npm run --silent build && node build/report-images.mjs`.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "portmatrix-images-"));
const file = join(folder, "report.html");
const portmatrix = (...args) => promisify(execFile)(process.execPath, [`${root}bin/portmatrix.cjs`, ...args]);

let browser;
try {
  await portmatrix("demo", "--format", `html=${file}`);
  const executablePath = process.env["PORTMATRIX_CHROMIUM"] ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({
      colorScheme,
      reducedMotion: "reduce",
      viewport: { width: 1360, height: 1200 },
    });
    await page.goto(pathToFileURL(file).href);
    const bottom = await page.locator(".topology").evaluate((card) => card.getBoundingClientRect().bottom);
    await page.setViewportSize({ width: 1360, height: Math.ceil(bottom) + 16 });
    await page.screenshot({ path: `${root}docs/images/report-${colorScheme}.png` });
    await page.close();
  }
} finally {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}
