import { printable } from "../../model/text/printable.ts";

/** The parts of an HTTP answer by which people recognise who gave it. */
export interface HttpRemarks {
  status: number;
  server?: string | undefined;
  location?: string | undefined;
  contentType?: string | undefined;
  body: Uint8Array;
}

const mostCharacters = 120;
const titleWithin = 8_192;

/**
 * An HTTP answer in a few words: `HTTP 403 "Log in" from nginx/1.22.1`, `HTTP 302 to https://cmk/`,
 * `HTTP 404 {"detail":"Not Found"}`. Safe to show, at most 120 characters. Never throws.
 */
export function summariseHttp({ status, server, location, contentType, body }: HttpRemarks): string {
  const parts = [`HTTP ${status}`];
  const said = pageTitle(body) ?? shortText(body, contentType);
  if (location !== undefined) parts.push(`to ${printable(location, 70)}`);
  else if (said !== undefined) parts.push(said);
  if (server !== undefined && server !== "") parts.push(`from ${printable(server, 30)}`);
  return printable(parts.join(" "), mostCharacters);
}

/** The title of an HTML page in double quotes; undefined if it has none within its first 8 KiB. */
export function pageTitle(body: Uint8Array): string | undefined {
  const text = new TextDecoder("utf-8").decode(body.subarray(0, titleWithin));
  const title = /<title[^>]{0,100}>([^<]{1,300})/i.exec(text)?.[1];
  const shown = title === undefined ? "" : printable(title, 60);
  return shown === "" ? undefined : `"${shown}"`;
}

/** The start of a body that is no page. */
function shortText(body: Uint8Array, contentType: string | undefined): string | undefined {
  if (/html/i.test(contentType ?? "")) return undefined;
  const text = printable(body.subarray(0, 240), 60);
  return text === "" || text.includes("\uFFFD") || text.startsWith("<") ? undefined : text;
}
