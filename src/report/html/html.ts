import { h, type JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { matricesOf } from "../view/matrix.ts";
import type { RenderOptions } from "../text/options.ts";
import { graphOf } from "./graph.ts";
import { pageAssets } from "./page-assets.ts";
import { drawPaper } from "./paper.ts";
import { payloadOf } from "./payload.ts";
import { drawHead } from "./head.ts";
import { drawLegend } from "./legend.ts";
import { drawCauses, drawNotChecked, drawTopology, namedCauses } from "./static-parts.ts";

/**
 * The report as one HTML file that needs nothing else: no network, no server. Head, causes, picture and the matrices
 * for paper are plain markup; the matrix on the screen is drawn by the script from data in the file. Foreign text
 * becomes escaped markup or JSON, never script: the policy in the file allows the one script by its hash, and nothing
 * else (Content Security Policy 3, https://www.w3.org/TR/CSP3/).
 */
export function renderHtml(raw: Run, _options?: RenderOptions): string {
  const run = plainTexts(raw);
  const matrices = matricesOf(run);
  const graph = graphOf(run.results);
  const causes = namedCauses(run);
  const payload = payloadOf({ run, matrices, causes, graph });
  const { topology, summary } = run;
  const name = topology === undefined ? "" : ` · ${topology}`;
  return `<!DOCTYPE html>\n${renderToString(
    h(
      "html",
      { lang: "en" },
      h(
        "head",
        null,
        h("meta", { charset: "utf-8" }),
        h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "referrer", content: "no-referrer" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("title", null, `${summary.verdict}: ${run.report?.title ?? `portmatrix${name}`}`),
        // A page without an icon is asked for one where a server delivers it.
        h("link", { rel: "icon", href: "data:," }),
        asItIs("style", {}, pageAssets.style),
      ),
      h(
        "body",
        null,
        h("a", { class: "skip", href: "#matrix" }, "Skip to the matrix"),
        drawHead(run),
        h(
          "main",
          null,
          drawCauses(causes),
          drawTopology(graph),
          drawNotChecked(run),
          h("div", { id: "matrix", tabIndex: -1 }),
          drawPaper(matrices),
          drawLegend(run),
        ),
        asItIs("script", { type: "application/json", id: "payload" }, inScript(payload)),
        asItIs("script", {}, pageAssets.script),
      ),
    ),
  )}\n`;
}

const policy = [
  "default-src 'none'",
  `script-src '${pageAssets.scriptHash}'`,
  `style-src '${pageAssets.styleHash}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Our own script and style, and data that `inScript` made safe: the only text that is not escaped as markup. */
function asItIs(name: "script" | "style", attributes: Readonly<Record<string, string>>, text: string): JSX.Element {
  return h(name, { ...attributes, dangerouslySetInnerHTML: { __html: text } });
}

/**
 * JSON that no HTML parser can take for the end of a script or for a comment, and no script engine for a line break
 * (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
 */
export function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
