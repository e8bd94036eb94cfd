import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { renderHtml } from "../../src/report/html/html.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40"/></svg>`;
const asUri = (text: string) => `data:image/svg+xml;base64,${Buffer.from(text).toString("base64")}`;
const report = { title: "Firewall acceptance", customer: "Example Ltd", author: "A. Engineer", logo: asUri(svg) };
const run: Run = { ...(await company()), report };
const html = renderHtml(run);

interface Rectangle {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The rectangles of the map as the browser draws them: plates and boxes, and the words inside each. */
const rectangles = `(() => {
  const of = (element, text) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { text, x, y, width, height };
  };
  return [...document.querySelectorAll(".picture .plate, .picture .box")].map((group) => ({
    ground: of(group.querySelector("rect"), group.textContent),
    words: [...group.querySelectorAll("text")].map((text) => of(text, text.textContent)),
  }));
})()`;

const covers = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const isInside = (one: Rectangle, other: Rectangle): boolean =>
  one.x >= other.x && one.x + one.width <= other.x + other.width && one.y >= other.y - 1;

describe("for the customer", () => {
  it("title, customer, author and logo stand at the top, and the page has the title", async () => {
    const { page, complaints } = await open(html);
    const head = page.locator("header");
    for (const text of ["Firewall acceptance", "Example Ltd", "A. Engineer"])
      expect(await head.getByText(text, { exact: true }).isVisible()).toBe(true);
    expect(
      await head.locator("img").evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBe(120);
    expect(await page.title()).toBe("fail: Firewall acceptance");
    expect(complaints).toEqual([]);
  });

  it("a logo from a stranger's record runs no script", async () => {
    const evil = svg.replace("<rect", `<script>parent.hacked = 1; top.hacked = 1</script><rect onload="top.hacked=2"`);
    const { page } = await open(renderHtml({ ...run, report: { ...report, title: "<b>", logo: asUri(evil) } }));
    expect(await page.evaluate("window.hacked ?? 0")).toBe(0);
    expect(await page.locator("header b").count()).toBe(0);
  });

  it("a row names the addresses, and what is a command is shown as code", async () => {
    const { page } = await open(html);
    const row = page.locator(".section tbody th", { has: page.getByText("cmk → db01", { exact: true }) }).first();
    expect(await row.locator("small").textContent()).toBe("10.0.0.5 → 10.0.2.9");
    expect(await page.locator(".causes code").allTextContents()).toContain("cmk-agent-ctl status");
    expect(await page.locator(".causes").textContent()).not.toContain("`");
  });

  it("the legend says what each sign of this run means, on the screen and on paper", async () => {
    const { page } = await open(html);
    const legend = page.getByRole("region", { name: "Legend" });
    for (const word of ["fail", "pass", "skipped"])
      expect(await legend.locator("dt").allTextContents()).toContainEqual(expect.stringContaining(word));
    await page.emulateMedia({ media: "print" });
    expect(await legend.isVisible()).toBe(true);
  });

  it("on a phone the title stands below the logo, and the filter's fields share a line", async () => {
    const { page } = await open(html, { viewport: { width: 360, height: 800 } });
    const boxOf = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      if (box === null) throw new Error(`${selector} is not shown`);
      return box;
    };
    const [logo, title] = [await boxOf(".cover .logo"), await boxOf(".cover .title")];
    expect(title.y).toBeGreaterThanOrEqual(logo.y + logo.height);
    const [node, port] = [await boxOf(".filters .field input"), await boxOf(".filters .field select")];
    expect(port.y).toBeLessThan(node.y + node.height);
  });

  it("the filter takes one line of a screen", async () => {
    const { page } = await open(html);
    const { height } = (await page.locator(".filters").boundingBox()) ?? { height: 0 };
    expect(height).toBeLessThan(100);
    expect(height).toBeGreaterThan(20);
  });
});

/** A run between many nodes with the longest names and IPv6 addresses. */
function crowd(): Run {
  const [like] = run.results;
  if (like === undefined) throw new Error("the run is empty");
  const hub = "monitoring-central-frankfurt-am-main-01.monitoring.example.com";
  const flow = (from: string, to: string, port: number, at: number): Run["results"][number] => ({
    ...like,
    id: `2.1/${port}/${from}->${to}`,
    from,
    to,
    protocol: "tcp",
    port,
    address: `fd00:20:1234:5678:9abc:def0:1234:${at.toString(16)}`,
    verdict: at % 3 === 0 ? "pass" : "fail",
  });
  const name = (kind: string, at: number): string => `${kind}-with-a-very-long-name-${at}.production.example.com`;
  return {
    ...run,
    results: Array.from({ length: 40 }, (_, at) => [
      flow(hub, name("database", at), 6556, at),
      flow(name("database", at), hub, 8000, at + 1),
      ...(at < 8
        ? [flow(hub, name("remote-site", at), 5671, at), flow(name("remote-site", at), name("database", at), 443, at)]
        : []),
    ]).flat(),
  };
}

describe("the map", () => {
  it("of many nodes with long names: no words cover others, and all stand inside their plate", async () => {
    const { page } = await open(renderHtml(crowd()));
    const all = await page.evaluate<{ ground: Rectangle; words: Rectangle[] }[]>(rectangles);
    expect(all.length).toBeGreaterThan(6);
    const hidden = all.flatMap(({ ground }, at) =>
      all.slice(at + 1).flatMap((other) => (covers(ground, other.ground) ? [[ground.text, other.ground.text]] : [])),
    );
    expect(hidden).toEqual([]);
    expect(all.flatMap(({ ground, words }) => words.filter((text) => !isInside(text, ground)))).toEqual([]);
    expect(all.flatMap(({ words }) => words.filter(({ text }) => /…[,. ]*…/.test(text)))).toEqual([]);
  });

  it("no words cover others, and all stand inside their plate", async () => {
    const { page } = await open(html);
    const all = await page.evaluate<{ ground: Rectangle; words: Rectangle[] }[]>(rectangles);
    expect(all.length).toBeGreaterThan(12);
    const hidden = all.flatMap(({ ground }, at) =>
      all.slice(at + 1).flatMap((other) => (covers(ground, other.ground) ? [[ground.text, other.ground.text]] : [])),
    );
    expect(hidden).toEqual([]);
    expect(all.flatMap(({ ground, words }) => words.filter((text) => !isInside(text, ground)))).toEqual([]);
  });
});
