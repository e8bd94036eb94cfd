import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html/html.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const html = renderHtml(await company());
const focused = (page: Page) => page.locator(":focus");

describe("by keyboard alone", () => {
  it("the skip link comes first and leads to the matrix", async () => {
    const { page } = await open(html);
    await page.keyboard.press("Tab");
    expect(await focused(page).textContent()).toBe("Skip to the matrix");
    await page.keyboard.press("Enter");
    expect(await focused(page).getAttribute("id")).toBe("matrix");
    await page.keyboard.press("Tab");
    expect(await focused(page).textContent()).toMatch(/fail\s+6/);
    await page.keyboard.press("Space");
    expect(await page.getByRole("status").textContent()).toMatch(/^6 of 77/);
  });

  it("a grid has one stop; arrows, Home and End move in it and stop at its edges", async () => {
    const { page } = await open(html);
    const grid = page.getByRole("grid").nth(1);
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
    await grid.locator('[tabindex="0"]').focus();
    expect(await focused(page).locator(".pair").textContent()).toBe("db01 → cmk");
    const press = async (key: string) => {
      await page.keyboard.press(key);
      const cell = focused(page);
      return [await cell.getAttribute("data-row"), await cell.getAttribute("data-column")].join(" ");
    };
    expect(await press("ArrowUp")).toBe("0 0");
    expect(await press("ArrowRight")).toBe("0 1");
    expect(await press("ArrowDown")).toBe("1 1");
    expect(await press("End")).toBe("1 6");
    expect(await press("Control+End")).toBe("7 6");
    expect(await press("Home")).toBe("7 0");
    expect(await press("PageUp")).toBe("0 0");
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
  });

  it("Enter opens a cell and goes there, Escape comes back", async () => {
    const { page } = await open(html);
    await page.getByRole("grid").first().locator('[tabindex="0"]').focus();
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    expect(await focused(page).textContent()).toBe("cmk → db01 · Agent 6556/tcp");
    expect(await page.locator('[aria-selected="true"]').textContent()).toContain("refused");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("complementary").count()).toBe(0);
    expect(await focused(page).textContent()).toContain("refused");
  });

  it("what has the focus shows it, and no sticky part hides it", async () => {
    const { page } = await open(html);
    await page.keyboard.press("Tab");
    for (let stop = 0; stop < 30; stop++) {
      const { outline, isHidden, name } = await page.evaluate<{
        outline: string;
        isHidden: boolean;
        name: string;
      }>(`(() => {
        const element = document.activeElement;
        const { left, top, width, height } = element.getBoundingClientRect();
        const hit = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
        return {
          outline: getComputedStyle(element).outlineStyle,
          isHidden: hit === null || !(element.contains(hit) || hit.contains(element)),
          name: element.outerHTML.slice(0, 100),
        };
      })()`);
      expect({ name, outline, isHidden }).toEqual({ name, outline: "solid", isHidden: false });
      await page.keyboard.press("Tab");
    }
  });
});

describe("for a screen reader", () => {
  it("reads a grid as a table with headings, and a cell with its verdict", async () => {
    const { page } = await open(html);
    const grid = page.getByRole("grid", { name: "2.1 Monitored host" });
    expect(await grid.getAttribute("aria-rowcount")).toBe("9");
    expect(await grid.getByRole("columnheader").allTextContents()).toEqual([
      "from → to",
      "SNMP 161/udp",
      "Agent 6556/tcp",
      "Ping icmp",
    ]);
    expect(await grid.getByRole("row", { name: /cmk → db01/ }).ariaSnapshot()).toBe(
      [
        `- 'row "cmk → db01 10.0.0.5 → 10.0.2.9 not required fail: refused pass: echo"':`,
        '  - rowheader "cmk → db01 10.0.0.5 → 10.0.2.9"',
        '  - gridcell "not required"',
        `  - 'gridcell "fail: refused"'`,
        `  - 'gridcell "pass: echo"'`,
      ].join("\n"),
    );
  });

  it("every control has a name, every id is unique, headings leave out no level", async () => {
    const { page } = await open(html);
    await page.locator("td.fail").first().click();
    const found = await page.evaluate<{ nameless: string[]; twice: string[]; levels: number[] }>(`(() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      const controls = [...document.querySelectorAll("button, input, select, a, [role=grid], section, aside, form")];
      const nameOf = (one) =>
        one.getAttribute("aria-label") ??
        document.getElementById(one.getAttribute("aria-labelledby") ?? "")?.textContent ??
        (one.labels?.[0]?.textContent || one.textContent);
      return {
        nameless: controls.filter((one) => !(nameOf(one) ?? "").trim()).map((one) => one.outerHTML.slice(0, 80)),
        twice: ids.filter((id, at) => ids.indexOf(id) !== at),
        levels: [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => one.checkVisibility()).map(({ tagName }) => Number(tagName[1])),
      };
    })()`);
    expect(found.nameless).toEqual([]);
    expect(found.twice).toEqual([]);
    expect(found.levels.filter((level, at) => level > (found.levels[at - 1] ?? 0) + 1)).toEqual([]);
  });

  it("the count of the filters is announced", async () => {
    const { page } = await open(html);
    expect(await page.getByRole("status").count()).toBe(1);
  });
});
