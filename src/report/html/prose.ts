import { Fragment, h, type JSX } from "preact";

/** A sentence in which what stands between backticks, as a word of its own, is shown as code. */
export function prose(text: string): JSX.Element | string {
  const parts = text.split(/(?<=^|[\s("])`([^`\n]{1,200})`(?=$|[\s.,;:)"])/);
  if (parts.length === 1) return text;
  return h(
    Fragment,
    null,
    parts.map((part, at) => (at % 2 === 0 ? part : h("code", null, part))),
  );
}
