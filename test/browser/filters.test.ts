import { describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { renderHtml } from "../../src/report/html/html.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const html = renderHtml(await company());

const show = async (): Promise<Page> => (await open(html)).page;
const status = (page: Page) => page.getByRole("status").textContent();
const rowTitles = (page: Page) => page.locator(".section tbody th .pair").allTextContents();
const field = (page: Page, name: string) => page.getByRole("search").getByLabel(name, { exact: true });

describe("filters", () => {
  it("shows every flow at first", async () => {
    const page = await show();
    expect(await status(page)).toBe("All 77 flows in 8 sections.");
    expect(await page.locator(".section td.fail").count()).toBe(6);
    expect(await page.locator(".section td.dim").count()).toBe(0);
  });

  it("by verdict, one or several, and back", async () => {
    const page = await show();
    const fail = page.getByRole("button", { name: /fail\s+6/ });
    await fail.click();
    expect(await fail.getAttribute("aria-pressed")).toBe("true");
    expect(await status(page)).toBe("6 of 77 flows in 4 of 8 sections.");
    expect(await page.locator(".section td:not(.fail, .none, .dim)").count()).toBe(0);
    await page.getByRole("button", { name: /warn\s+2/ }).click();
    expect(await status(page)).toBe("8 of 77 flows in 5 of 8 sections.");
    await page.getByRole("button", { name: "Show everything" }).click();
    expect(await status(page)).toBe("All 77 flows in 8 sections.");
  });

  it("by node: a part of a name means all that have it, a whole name means that node", async () => {
    const page = await show();
    await field(page, "Node").fill("web0");
    expect((await rowTitles(page)).every((title) => /web0[12]/.test(title))).toBe(true);
    expect((await rowTitles(page)).some((title) => title.includes("web01"))).toBe(true);
    await field(page, "Node").fill("web02");
    expect(new Set(await rowTitles(page))).toEqual(new Set(["cmk → web02", "web02 → cmk"]));
  });

  it("by port: only columns with that port are left", async () => {
    const page = await show();
    await field(page, "Port").selectOption("6556/tcp");
    expect(await page.locator(".section thead th small").allTextContents()).toEqual(["6556/tcp"]);
    expect(await status(page)).toMatch(/^4 of 77 flows in 1 of 8/);
  });

  it("by text, also in evidence that no cell shows; all words must be there", async () => {
    const page = await show();
    await field(page, "Text").fill("stratum 2");
    expect(await rowTitles(page)).toEqual(["cmk → 10.0.0.123"]);
    await field(page, "Text").fill("stratum NOERROR");
    expect(await rowTitles(page)).toEqual([]);
    expect(await page.getByText("No flow fits this filter.").isVisible()).toBe(true);
  });

  it("filters narrow each other down, and cells that do not fit are dimmed", async () => {
    const page = await show();
    await field(page, "Node").fill("web02");
    await page.getByRole("button", { name: /unknown/ }).click();
    expect(await rowTitles(page)).toEqual(["web02 → cmk"]);
    expect(await page.locator(".section td.unknown:not(.dim)").count()).toBe(1);
  });

  it("by a cause, an arrow or a box, each as a filter that can be taken away", async () => {
    const page = await show();
    await page.getByRole("button", { name: /Show 2 flows of cause 1/ }).click();
    expect(await status(page)).toMatch(/^2 of 77/);
    await page.getByRole("button", { name: /remove this filter/ }).click();
    expect(await status(page)).toBe("All 77 flows in 8 sections.");
    await page.locator(".picture .plate", { hasText: "6556/tcp" }).click();
    expect(await rowTitles(page)).toEqual(["cmk → db01"]);
    await page.locator(".picture .box", { hasText: "win01" }).click();
    expect((await rowTitles(page)).every((title) => title.includes("win01"))).toBe(true);
    await page.getByText("The same as a list").click();
    await page.locator(".arrows li", { hasText: "cmk → muc" }).getByRole("button").click();
    expect(new Set(await rowTitles(page))).toEqual(new Set(["cmk → muc"]));
  });

  it("worst rows first, or as the document has them", async () => {
    const page = await show();
    const first = () => page.locator(".section tbody th .pair").first().textContent();
    expect(await first()).toBe("cmk → db01");
    const titles = async () => page.locator(".section").nth(1).locator("tbody th .pair").allTextContents();
    expect((await titles()).indexOf("web02 → cmk")).toBeGreaterThan(3);
    await page.getByLabel("Worst rows first").check();
    expect((await titles())[0]).toBe("web02 → cmk");
  });
});

describe("details of a cell", () => {
  it("evidence, proof, advice and the command that shows it again", async () => {
    const page = await show();
    await page.locator(".section td.fail", { hasText: "prohibited" }).click();
    const panel = page.getByRole("complementary");
    const text = (await panel.textContent()) ?? "";
    expect(text).toContain("prohibited");
    expect(text).toContain("Look at the firewall rules of 10.0.0.1");
    expect(text).toContain("observed: a packet came back");
    expect(await panel.locator("code").textContent()).toBe(
      "portmatrix check portmatrix.yaml --from cmk --only muc --only 6557/tcp",
    );
    expect(await panel.locator("dl", { hasText: "icmp code" }).textContent()).toContain("3/13");
  });

  it("a row's heading opens all flows of the row", async () => {
    const page = await show();
    await page.locator(".section tbody th", { hasText: "cmk → 10.0.0.25" }).click();
    expect(await page.getByRole("complementary").getByRole("article").count()).toBe(3);
    await page.getByRole("button", { name: "Close the details" }).click();
    expect(await page.getByRole("complementary").count()).toBe(0);
  });
});
