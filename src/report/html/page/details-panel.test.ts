import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { answer, flow, observed, outcomes } from "../../../../test/cases/judge-case.ts";
import { recordedWalks } from "../../../../test/cases/recorded-walks.ts";
import { runOf } from "../../../../test/cases/report-run.ts";
import type { Run } from "../../../model/run/run.ts";
import type { Observed } from "../../../model/run/observed.ts";
import { renderHtml } from "../html.ts";
import { indexOf } from "../matrix-index.ts";
import type { Payload } from "../payload.ts";
import { DetailsPanel } from "./details-panel.ts";

// Node 20 has none, and the page asks it for a clipboard.
beforeAll(() => void vi.stubGlobal("navigator", {}));
afterAll(() => void vi.unstubAllGlobals());

/** The open details of one flow of a page, as the page draws them. */
function details(seen: Observed, change: (run: Run) => Run = (run) => run): string {
  const html = renderHtml(change(runOf([[flow(), seen]])));
  const text = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const index = indexOf(JSON.parse(text) as Payload);
  const opened = { title: "web01 → cmk", flows: [0], opener: {} as HTMLElement, takesFocus: false };
  return renderToString(h(DetailsPanel, { index, opened, onClose: () => undefined })).replaceAll("&quot;", '"');
}

const silent = (): Observed => observed([answer(outcomes.silent)]);

it("the details quote the rule that the target's own firewall has, and its counter; without inspection they do not", () => {
  const rule = "tcp dport 8000 drop";
  const firewall = {
    does: "drops",
    tool: "nft",
    chain: "inet filter input",
    number: 3,
    rule,
    packets: 7,
    rose: 2,
  } as const;
  const shown = details({ ...silent(), inspection: { finding: "firewall", listens: [], firewall } });
  expect(shown).toContain(`rule 3 of inet filter input (nft): "${rule}"`);
  expect(shown).toContain("its counter rose by 2 while the flow was probed again");
  expect(shown).toContain("<dt>inspection firewall packets</dt><dd>7</dd>");
  expect(details(silent())).not.toContain(rule);
});

it("the details say where, when and with what a script sent a flow; of another node's script they say nothing", () => {
  const at = "2026-11-28T12:00:05.000Z";
  const script = { shell: "sh", tool: "nc (OpenBSD)", at, version: "1.0.0", script: "0".repeat(64) } as const;
  const takenFrom = (node: string) => (run: Run) => ({
    ...run,
    taken: [{ ...script, node }],
    results: run.results.map((result) => ({ ...result, takenAt: at })),
  });
  const shown = details(silent(), takenFrom(flow().from));
  expect(shown).toContain("<dt>Asked at</dt><dd>2026-11-28 12:00:05 UTC</dd>");
  expect(shown).toContain("<dt>Asked by</dt><dd>a script there, with nc (OpenBSD)</dd>");
  expect(shown).toContain(`<dt>Sent from</dt><dd>${flow().from}</dd>`);
  expect(details(silent(), takenFrom("constructor"))).not.toContain("Asked by");
  expect(details(silent())).not.toContain("Asked by");
});

it("the details draw the path of a walk; without a walk they draw none", () => {
  const trace = recordedWalks["lost-in-forward"].traces[0]?.trace;
  if (trace === undefined) throw new Error("nothing was walked");
  const walked = details({ ...silent(), trace });
  expect(walked).toMatch(/<h4>The way<\/h4><figure class="path">.*✕ .*10\.9\.3\.2/);
  expect(details(silent())).not.toContain("The way");
});
