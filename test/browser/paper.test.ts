import { describe, expect, it } from "vitest";
import { detailsOf } from "../../src/report/view/details.ts";
import { renderHtml } from "../../src/report/html/html.ts";
import { matricesOf } from "../../src/report/view/matrix.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const run = await company();
const html = renderHtml(run);
const reasons = matricesOf(run).flatMap(({ results }) => detailsOf(results).map(({ text }) => text));

describe("on paper", () => {
  it("every reason is printed, and no control", async () => {
    const { page } = await open(html);
    await page.locator("td.fail").first().click();
    expect(await page.locator(".paper").isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    const text = await page.locator("body").innerText();
    expect(reasons.length).toBeGreaterThan(8);
    expect(reasons.filter((reason) => !text.includes(reason))).toEqual([]);
    for (const control of ["button", "input", "select", "aside", ".skip"]) {
      expect(await page.locator(control).evaluateAll((all) => all.length)).toBeGreaterThan(0);
      expect(await page.locator(`${control}:visible`).count()).toBe(0);
    }
    expect(await page.locator(".picture").isVisible()).toBe(true);
  });

  it("what is folded on the screen is printed: causes beyond the first, and the list of arrows", async () => {
    const { page } = await open(html);
    const folded = page.locator(".arrows li").first();
    expect(await folded.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await folded.isVisible()).toBe(true);
  });

  it("is light, whatever the screen was, and nothing is wider than the paper", async () => {
    const { page } = await open(html, { colorScheme: "dark", viewport: { width: 700, height: 990 } });
    await page.getByRole("button", { name: "dark" }).click();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(1);
  });

  it("has page numbers, which the browser understands", async () => {
    const { page } = await open(html);
    // Rules of the margins of a page, as the browser kept them: what it does not understand is gone.
    const margins = await page.evaluate(`Array.from(document.styleSheets).flatMap((sheet) => Array.from(sheet.cssRules))
      .flatMap((rule) => rule instanceof CSSMediaRule ? Array.from(rule.cssRules) : [])
      .filter((rule) => rule instanceof CSSPageRule).map((rule) => rule.cssText).join(" ")`);
    expect(margins).toMatch(/@bottom-right \{[^}]*content: "Page " counter\(page\) " of " counter\(pages\)/);
  });

  it("twin: on the screen the matrix is there and the paper is not", async () => {
    const { page } = await open(html);
    expect(await page.getByRole("grid").first().isVisible()).toBe(true);
    expect(await page.locator(".reasons").first().isVisible()).toBe(false);
  });
});

describe("without scripts", () => {
  it("matrices, reasons, causes and picture are there, and nothing that would not work", async () => {
    const { page } = await open(html, { javaScriptEnabled: false });
    const text = await page.locator("body").innerText();
    expect(reasons.filter((reason) => !text.includes(reason))).toEqual([]);
    expect(await page.locator("button:visible, input:visible").count()).toBe(0);
    expect(await page.locator(".paper table").count()).toBe(8);
  });
});
