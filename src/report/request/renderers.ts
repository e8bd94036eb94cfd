import type { AccessRequest } from "../../model/firewall/access-rule.ts";

type RequestRenderer = (request: AccessRequest) => string | Iterable<Uint8Array>;

/**
 * One renderer for each format, in the order in which help lists them, loaded when it is asked for: request → text that
 * ends with a line break, or the bytes of a file.
 */
export const requestRenderers = {
  markdown: async () => (await import("./markdown.ts")).renderRequestMarkdown,
  csv: async () => (await import("./csv.ts")).renderRequestCsv,
  json: async () => (await import("./json.ts")).renderRequestJson,
  html: async () => (await import("./html.ts")).renderRequestHtml,
  xlsx: async () => (await import("./xlsx.ts")).renderRequestXlsx,
} as const satisfies Readonly<Record<string, () => Promise<RequestRenderer>>>;

export type RequestFormat = keyof typeof requestRenderers;
/** The formats of a change request. */
export const requestFormats = Object.keys(requestRenderers) as readonly RequestFormat[];
