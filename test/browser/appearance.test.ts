import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html/html.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const html = renderHtml(await company());

/** Texts whose contrast with what lies under them is too low for WCAG 2.2, 1.4.3 (AA). */
const faintTexts = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const seen = [];
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const own = [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== "");
    if (!own || !element.checkVisibility() || element.closest(".hush, script, option, datalist") !== null) continue;
    const style = getComputedStyle(element);
    const [high, low] = [luminance(rgba(style.color)), luminance(groundOf(element))].toSorted((a, b) => b - a);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const contrast = (high + 0.05) / (low + 0.05);
    seen.push({ text: element.className + ": " + element.textContent.slice(0, 40), contrast: contrast.toFixed(2), isFaint: contrast < (isLarge ? 3 : 4.5) });
  }
  return { count: seen.length, faint: seen.filter(({ isFaint }) => isFaint) };
})()`;

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  it("every text stands out from its ground", async () => {
    const { page } = await open(html, { colorScheme: scheme });
    await page.locator("td.unknown").first().click();
    await page.getByRole("button", { name: /^skipped/ }).click();
    await page.getByRole("button", { name: /^pass/ }).click();
    const { count, faint } = await page.evaluate<{ count: number; faint: unknown[] }>(faintTexts);
    expect(count).toBeGreaterThan(100);
    expect(faint).toEqual([]);
  });
  it("twin: a faint text would be found", async () => {
    const { page } = await open(html, { colorScheme: scheme });
    const faintColour = scheme === "light" ? "#8a8f98" : "#5a606a";
    await page.evaluate(`document.querySelector(".counts").style.color = "${faintColour}"`);
    const { faint } = await page.evaluate<{ faint: unknown[] }>(faintTexts);
    expect(faint).toHaveLength(1);
  });

  it("the picture for the README is there, and no burden; build/report-images.mjs makes it", async () => {
    const image = fileURLToPath(new URL(`../../docs/images/report-${scheme}.png`, import.meta.url));
    const { size } = await stat(image);
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(400_000);
  });
});

it("the switch overrules the system, and the choice is kept", async () => {
  const { page } = await open(html, { colorScheme: "light" });
  const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.getByRole("button", { name: "dark" }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  await page.getByRole("button", { name: "system" }).click();
  expect(await ground()).toBe(light);
});

it.each([360, 768, 1440])("at a width of %i nothing is cut off at the side", async (width) => {
  const { page } = await open(html, { viewport: { width, height: 800 } });
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
});
