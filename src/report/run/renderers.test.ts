import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../test/cases/judge-case.ts";
import { allPass, make, mixed, runOf, thousand } from "../../../test/cases/report-run.ts";
import { render, renderPlan, whole } from "../../../test/report/loaded-renderers.ts";
import { runSchema, type Run } from "../../model/run/run.ts";
import { columnsOf } from "../text/layout.ts";
import { pageAssets } from "../html/page-assets.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { escapeMarkdown } from "../text/markdown-text.ts";
import { formats } from "./renderers.ts";
import { renderTable } from "./table.ts";

const plain = { width: 100, colour: false };
// eslint-disable-next-line no-control-regex
const withoutColour = (text: string) => text.replaceAll(/\u001B\[[\d;]*m/g, "");
const runs = { allPass, mixed, thousand };
const jsonOf = (run: Run) => whole(renderJson(run));

/** Foreign text with everything that a terminal, a table, XML or HTML could choke on. */
const nasty =
  "a|b <img src=x onerror=1> `c` ]]> & \u001B[31mred\u0007\u009B2J \u202Eevil\uFFFF\uD800 **x** [l](javascript:1) @me\nline2 =1+1";

function hostile(): Run {
  const run = runOf([
    [
      make.snmp("sw01", "10.0.3.7"),
      observed([answer(outcomes.open, { snmp: { version: "2c", sysDescr: nasty } }, "10.0.3.7")]),
    ],
    [make.register("web01"), observed([answer({ kind: "unsent", cause: "internal", detail: nasty })])],
    [make.ping("sw01", "10.0.3.7"), observed([answer(outcomes.silent, {}, "10.0.3.7")])],
  ]);
  const sections = run.sections.map((section) => ({ ...section, title: { en: nasty, de: nasty } }));
  return {
    ...run,
    topology: nasty,
    sections,
    results: run.results.map((result) => ({ ...result, service: nasty, short: nasty })),
  };
}

describe("golden reports", () => {
  it.each(["allPass", "mixed", "thousand"] as const)("table of %s", async (name) => {
    await expect(renderTable(runs[name](), plain)).toMatchFileSnapshot(`../__golden__/${name}-100.txt`);
    await expect(renderTable(runs[name](), { ...plain, width: 60 })).toMatchFileSnapshot(
      `../__golden__/${name}-60.txt`,
    );
  });
  it("table in ASCII", async () => {
    const text = renderTable(mixed(), { ...plain, unicode: false });
    expect(text).toMatch(/^[ -~\n]*$/);
    await expect(text).toMatchFileSnapshot("../__golden__/mixed-ascii.txt");
  });
  it.each(["json", "junit", "markdown"] as const)("%s", async (format) => {
    await expect(render[format](mixed(), plain)).toMatchFileSnapshot(`../__golden__/mixed.${format}.txt`);
  });
  it("an interrupted run, before installation", async () => {
    const refused = observed([answer(outcomes.refused)]);
    const run = runOf([[make.register("web01"), refused], [make.register("web02")]], {
      stage: "preinstall",
      interrupted: true,
    });
    await expect(renderTable(run, plain)).toMatchFileSnapshot("../__golden__/interrupted.txt");
  });
});

describe("table", () => {
  it.each([40, 60, 72, 100])("fits %i columns, also with hostile text", (width) => {
    for (const run of [allPass(), mixed(), thousand(), hostile()]) {
      for (const unicode of [true, false]) {
        const lines = renderTable(run, { width, colour: false, unicode }).split("\n");
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
      }
    }
  });

  it("folds requirements that do not fit side by side, and loses none", () => {
    const ports = [21, 22, 23, 24, 25, 26, 27, 28, 29, 30];
    const run = runOf(
      ports.map((port) => [make.blocked("web01", "cmk", "10.0.0.5", port), observed([answer(outcomes.open)])]),
    );
    const text = renderTable(run, { ...plain, width: 60 });
    for (const port of ports) expect(text.match(new RegExp(`│ ${port}/tcp `, "g"))).toHaveLength(1);
    expect(text.match(/from → to/g)?.length).toBeGreaterThan(1);
  });

  it("differs by colour in escape sequences only, and has none without", () => {
    const coloured = renderTable(mixed(), { width: 100, colour: true });
    expect(coloured).toContain("\u001B[1;31m✗ refused\u001B[0m");
    expect(withoutColour(coloured)).toBe(renderTable(mixed(), plain));
    expect(renderTable(mixed(), plain)).not.toContain("\u001B");
  });

  it("shows every failing pair of a small run and its reason", () => {
    const run = mixed();
    const flat = renderTable(run, { ...plain, width: 400 });
    const failing = run.results.filter(({ verdict }) => verdict === "fail");
    expect(failing.length).toBeGreaterThan(0);
    expect(failing.filter(({ message }) => !flat.includes(message))).toEqual([]);
  });
});

describe("foreign text", () => {
  it.each(formats)("%s passes no control characters on", (format) => {
    const text = render[format](hostile(), plain).replace(pageAssets.script, ""); // our own, and fixed
    const unixLines = format === "csv" ? text.replaceAll("\r\n", "\n") : text; // RFC 4180 asks for CRLF
    expect(unixLines).not.toMatch(/[^\n\P{C}]/u);
  });

  it("keeps Markdown's tables and HTML shut", () => {
    const text = render.markdown(hostile(), plain);
    expect(text).not.toMatch(/<(?!\/?code>)/);
    expect(text).not.toMatch(/(?<!\\)\]\(javascript/);
    expect(text).not.toContain("@me");
    const tables = text.split("\n\n").filter((block) => block.startsWith("|"));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      const widths = table.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it("escapes what Markdown would read", () => {
    expect(escapeMarkdown("a|b *c* _d_ [e](f) <g> `h` @i #1 https://j")).toBe(
      String.raw`a\|b \*c\* \_d\_ \[e\](f) &lt;g&gt; \`h\` &#64;i &#35;1 https&#58;//j`,
    );
  });

  it("keeps a spreadsheet from calculating", () => {
    const plan = { ...planOf([flow({ service: "=1+1" })]) };
    expect(renderPlan.csv(plan, plain)).toContain("'=1+1");
  });
});

describe("JSON", () => {
  it.each(["allPass", "mixed", "thousand"] as const)("of %s is a valid run record and reads back equal", (name) => {
    const parsed: unknown = JSON.parse(jsonOf(runs[name]()));
    expect(runSchema.parse(parsed)).toEqual(runs[name]());
  });

  it("has the same keys in the same order, whatever the order in memory", () => {
    const shuffled = mixed()
      .results.toReversed()
      .map((result) => Object.fromEntries(Object.entries(result).toReversed()));
    expect(jsonOf({ ...mixed(), results: shuffled as Run["results"] })).toBe(jsonOf(mixed()));
  });
});

describe("JUnit", () => {
  const counts = (xml: string) => /<testsuites[^>]*>/.exec(xml)?.[0];
  it("counts fail as failure, error and unknown as error, skipped as skipped", () => {
    const { fail, unknown, error, skipped } = mixed().summary;
    expect(counts(renderJunit(mixed()))).toContain(
      `tests="28" failures="${fail}" errors="${unknown + error}" skipped="${skipped}"`,
    );
  });

  it("names each case once", () => {
    const names = [...renderJunit(thousand()).matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, a, b]) => `${a} ${b}`,
    );
    expect(names).toHaveLength(4000);
    expect(new Set(names).size).toBe(4000);
  });

  it("is well-formed, also with hostile text", () => {
    for (const run of [mixed(), hostile(), runOf([])]) expect(unbalanced(renderJunit(run))).toEqual([]);
    expect(unbalanced("<a><![CDATA[x]]>y]]></a>")).not.toEqual([]); // the check itself can fail
    expect(unbalanced("<a><b></a>")).not.toEqual([]);
  });

  it("puts only what the common schema allows into a case, in its order", () => {
    const cases = renderJunit(mixed()).match(/<testcase[^]*?<\/testcase>/g) ?? [];
    const shapes = cases.map((one) => (one.match(/<(failure|error|skipped|system-out)[ />]/g) ?? []).join(""));
    expect([...new Set(shapes)].toSorted()).toEqual(["<error ", "<failure ", "<skipped/<system-out>", "<system-out>"]);
  });
});

/** What is left open or out of place in an XML text of elements, attributes and CDATA sections. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>/, "")
    .replaceAll(/<!\[CDATA\[[^]*?\]\]>/g, "")
    .replaceAll(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
      (_, closing: string, name: string, __, empty: string) => {
        if (closing !== "" && open.pop() !== name) wrong.push(name);
        if (closing === "" && empty === "") open.push(name);
        return "";
      },
    );
  return [...open, ...wrong, ...(/[<>&]/.test(rest) ? [rest] : [])];
}

describe("plan", () => {
  const { sections } = allPass();
  const plan = {
    ...planOf([
      make.agent("web01", "10.0.2.1"),
      make.http("web01"),
      make.https("web01"),
      { ...make.livestatus("muc", "10.1.0.5"), enabledBy: "livestatus" },
      make.ping("web01", "10.0.2.1"),
      make.blocked("web01", "cmk", "10.0.0.5", 22),
    ]),
    sections,
  };

  it.each(["table", "csv", "markdown", "json"] as const)("%s", async (format) => {
    await expect(renderPlan[format](plan, plain)).toMatchFileSnapshot(`../__golden__/plan.${format}.txt`);
  });

  it.each([60, 100])("table fits %i columns", (width) => {
    const long = {
      ...plan,
      flows: plan.flows.map((one) => ({
        ...one,
        to: "a-rather-long-name.of-a-host.example.com",
        address: "2001:db8:1111:2222:3333:4444:5555:6666",
      })),
    };
    expect(
      renderPlan
        .table(long, { width })
        .split("\n")
        .filter((line) => columnsOf(line) > width),
    ).toEqual([]);
  });

  it.each(["table", "csv", "markdown", "json"] as const)("%s names no credentials", (format) => {
    const spec = {
      kind: "snmp",
      port: 161,
      credentials: { version: "2c", community: { env: "SECRET_NAME" } },
    } as const;
    const secret = { ...plan, probes: plan.probes.map((probe) => ({ ...probe, spec })) };
    expect(renderPlan[format](secret, plain)).not.toContain("SECRET_NAME");
  });
});
