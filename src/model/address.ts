import ipaddr from "ipaddr.js";
import { z } from "zod";

/** An address as a topology writes it: an IP literal in its canonical form, or a DNS name. */
export type Address = { kind: "ip"; family: 4 | 6; text: string } | { kind: "name"; text: string };

/**
 * RFC 1123 host name: labels of letters, digits and inner hyphens, 253 characters at most. Underscores are
 * accepted because Windows networks use them. A last label of digits only is refused: it is a mistyped IPv4 address.
 */
const label = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
const namePattern = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*\\.?$`);

/**
 * Reads an address. Returns `undefined` for anything that is neither a complete IP literal nor a DNS name;
 * scope ids (`fe80::1%eth0`) and IPv4 short forms (`10.1`) are refused, because other programs read them differently.
 */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { kind: "ip", family: 4, text: ipaddr.IPv4.parse(text).toString() };
  if (text.includes(":")) {
    if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
    return { kind: "ip", family: 6, text: ipaddr.IPv6.parse(text).toRFC5952String() };
  }
  if (!namePattern.test(text)) return undefined;
  const last = text.replace(/\.$/, "").split(".").at(-1) ?? "";
  return /^\d+$/.test(last) ? undefined : { kind: "name", text: text.toLowerCase() };
}

/** What is wrong with a text that `parseAddress` refuses. */
function whyNoAddress(text: string): string {
  const [bare = "", ...prefix] = text.split("/");
  if (prefix.length === 1 && /^\d{1,3}$/.test(prefix[0] ?? "") && parseAddress(bare)?.kind === "ip") {
    return `"${text}" is not the address of a host: for one host write ${bare}`;
  }
  return `"${text}" is neither an IPv4 or IPv6 address nor a DNS name`;
}

/** One address of a node: an IPv4 or IPv6 literal or a DNS name; the output is in canonical form. */
export const addressSchema = z
  .string()
  .transform((text, context) => {
    const address = parseAddress(text);
    if (address !== undefined) return address.text;
    context.addIssue({ code: "custom", message: whyNoAddress(text) });
    return z.NEVER;
  })
  .meta({ id: "address", description: "IPv4 address, IPv6 address or DNS name" });
