import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html/html.ts";
import { large } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const hosts = 10_000;
const run = await large(hosts);
const before = performance.now();
const html = renderHtml(run);
const renderMs = performance.now() - before;

/** Flows that have both words somewhere, counted the plain way. */
const unanswered = run.results.filter((result) =>
  ["no", "answer"].every((word) =>
    Object.values(result).some((value) => JSON.stringify(value).toLowerCase().includes(word)),
  ),
).length;

/** Sets a filter and measures until the browser has drawn what it leaves; in the page, so that nothing else counts. */
const typed = (name: string, value: string) => `new Promise((done) => {
  const input = document.querySelector("[name=${name}]");
  const start = performance.now();
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value").set.call(input, ${JSON.stringify(value)});
  input.dispatchEvent(new Event(input.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})`;

describe(`${hosts} hosts`, () => {
  it("the file is below 10 MB", async ({ annotate }) => {
    await annotate(
      `${run.results.length} flows, ${(html.length / 1e6).toFixed(1)} MB, rendered in ${renderMs.toFixed()} ms`,
    );
    expect(Buffer.byteLength(html)).toBeLessThan(10e6);
  });

  it("filters by node, text, port and verdict find the right flows", async ({ annotate }) => {
    const { page } = await open(html);
    const status = () => page.getByRole("status").textContent();
    const times: string[] = [];
    for (const [name, value, expected] of [
      ["node", "h04711", /^6 of 60,00\d flows/],
      ["node", "", /^All 60,00\d flows/],
      ["text", "sn-h04711-a1", /^1 of 60,00\d flows/],
      ["text", "no answer", new RegExp(`^${unanswered.toLocaleString("en")} of 60,00`)],
      ["text", "", /^All/],
      ["port", "161/udp", /^10,000 of 60,00\d flows/],
      ["port", "", /^All/],
    ] as const) {
      const ms = await page.evaluate<number>(typed(name, value));
      times.push(`${name}=${value === "" ? "(none)" : value}: ${ms.toFixed()} ms`);
      expect(await status()).toMatch(expected);
    }
    await annotate(times.join(", "));
  });

  it("only rows near the viewport are in the document, and the wheel brings the others", async () => {
    const { page } = await open(html);
    const grid = page.getByRole("grid").first();
    expect(await grid.getAttribute("aria-rowcount")).toBe("10001");
    expect(await page.locator("#matrix tr").count()).toBeLessThan(200);
    await page.getByLabel("Worst rows first").uncheck();
    await page
      .locator(".scroller")
      .first()
      .evaluate((element: unknown) => {
        (element as { scrollTop: number }).scrollTop = 180_000;
      });
    await grid.getByText("cmk → h05010").waitFor();
    expect(await page.locator("#matrix tr").count()).toBeLessThan(200);
  });

  it("the keyboard reaches the last row, and the focus survives scrolling", async () => {
    const { page } = await open(html);
    await page.getByLabel("Worst rows first").uncheck();
    await page.getByRole("grid").first().locator('[tabindex="0"]').focus();
    await page.keyboard.press("Control+End");
    expect(await page.locator(":focus").getAttribute("data-row")).toBe("9999");
    await page
      .locator(".scroller")
      .first()
      .evaluate((element: unknown) => {
        (element as { scrollTop: number }).scrollTop = 0;
      });
    await page.getByRole("grid").first().getByText("cmk → h00000").waitFor();
    expect(await page.locator(":focus").getAttribute("data-row")).toBe("9999");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator(":focus").getAttribute("data-row")).toBe("9998");
  });

  it("the picture stays small, and a broken group has its own box", async () => {
    const { page } = await open(html);
    expect(await page.locator(".picture .box").count()).toBeLessThan(17);
    expect(await page.locator(".picture .box.fail").count()).toBeGreaterThan(1);
    const text = (await page.locator(".picture").textContent()) ?? "";
    expect(text).toContain("9,500 nodes");
  });
});
