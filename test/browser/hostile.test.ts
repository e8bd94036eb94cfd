import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { renderHtml } from "../../src/report/html/html.ts";
import { company } from "./sample-runs.ts";
import { useBrowser } from "./use-browser.ts";

const open = useBrowser();
const attack =
  `</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2"><!--<script>\u2028'"\`\${1}&lt;b&gt; ` +
  `</style></title></textarea><svg onload=window.hacked=3>`;
const shownAttack = attack.replace("\u2028", " ");

/** A run record from a stranger: every text that it can choose is an attack. */
function hostile(run: Run): Run {
  const infected = JSON.parse(
    JSON.stringify(run, (key, value: unknown) => {
      if (["from", "to", "vantage"].includes(key) && value === "web02") return attack;
      if (["sysDescr", "replySummary", "detail", "service", "short", "title", "topology"].includes(key)) {
        return typeof value === "string" ? attack : value;
      }
      if (key === "message" || key === "advice") return `${String(value)} ${attack}`;
      return value;
    }),
  ) as Run;
  const title = { en: attack, de: attack };
  return {
    ...infected,
    catalog: { ...infected.catalog, title: attack, url: "javascript:window.hacked=4" },
    sections: infected.sections.map((section) => ({ ...section, title, anchor: `"><script>${attack}` })),
  };
}

const html = renderHtml(hostile(await company()));
const hacked = "window.hacked ?? 0";

describe("foreign text", () => {
  it("never becomes markup or script, and is shown as it is", async () => {
    const { page, complaints } = await open(html);
    expect(await page.locator("img, iframe, object, embed, svg[onload]").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    await page.getByRole("search").getByLabel("Text").fill("Example Switch");
    await page.getByRole("search").getByLabel("Text").fill("onerror");
    await page.locator(".section tbody th", { hasText: "onerror" }).first().click();
    const panel = page.getByRole("complementary");
    expect(await panel.getByRole("heading").first().textContent()).toContain("</script><script>");
    expect(await panel.textContent()).toContain(shownAttack);
    for (const button of await page.getByRole("button", { name: /^Show \d+ flow/ }).all()) await button.click();
    expect(await page.evaluate(hacked)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("only web addresses become links", async () => {
    const { page } = await open(html);
    expect(await page.locator("a:not(.skip)").count()).toBe(0);
    const { page: twin } = await open(renderHtml(await company()));
    expect(await twin.locator("a:not(.skip)").first().getAttribute("href")).toMatch(/^https:\/\/docs\.checkmk\.com\//);
  });

  it("is harmless on paper and without scripts as well", async () => {
    const { page } = await open(html, { javaScriptEnabled: false });
    expect(await page.locator("img, svg[onload]").count()).toBe(0);
    expect(await page.locator(".paper").first().textContent()).toContain(shownAttack);
  });
});

describe("the policy in the file", () => {
  const injected = (text: string) => text.replace("</body>", `<script>window.hacked = 5;</script></body>`);
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;

  it("lets no other script run, even if one got in", async () => {
    const { page, complaints } = await open(injected(html));
    expect(await page.evaluate(hacked)).toBe(0);
    expect(complaints.join()).toContain("Content Security Policy");
  });
  it("twin: without the policy that script runs, so the test would see it", async () => {
    const { page } = await open(injected(html).replace(policy, ""));
    expect(await page.evaluate(hacked)).toBe(5);
  });

  it("lets nothing be asked of the network", async () => {
    const { page, requests } = await open(html);
    const tried = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')";
    expect(await page.evaluate(tried)).toBe("refused");
    expect(requests).toEqual([]);
  });
  it("twin: without the policy the request leaves the page, so the test would see it", async () => {
    const { page, requests } = await open(html.replace(policy, ""));
    await page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 'refused')");
    expect(requests.splice(0)).toEqual(["http://127.0.0.1:9/"]);
  });
});
