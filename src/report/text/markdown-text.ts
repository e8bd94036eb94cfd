import { isWebAddress } from "./web-address.ts";

/**
 * Foreign text as Markdown shows it literally: HTML, emphasis, links, code, tables, mentions and references lose their
 * meaning (CommonMark §2.4 backslash escapes, §2.5 entities; GitHub and GitLab turn `@name` and `#1` into links).
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/#(?=\d)/g, "&#35;")
    .replaceAll("@", "&#64;")
    .replaceAll(/\b(https?|ftp):/g, "$1&#58;")
    .replaceAll(/[\\`*_{}[\]|~]/g, String.raw`\$&`);
}

/** Text whose passages in backticks are code, as our own advice has them; everything else is escaped. */
export function escapeProse(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, at) => (at % 2 === 1 ? code(part.slice(1, -1)) : escapeMarkdown(part)))
    .join("");
}

/** A code span; HTML, so that pipes and backticks inside do no harm in a table either. */
function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** A link where the address is one of the web, else the text alone; signs that would end the link are encoded. */
export function link(text: string, url: string): string {
  if (!isWebAddress(url)) return escapeMarkdown(text);
  const safe = url.replaceAll(/[\s()<>"\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `[${escapeMarkdown(text)}](${safe})`;
}
