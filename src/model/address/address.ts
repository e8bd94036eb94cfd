import { z } from "zod";
import { readIpLiteral, withoutZone } from "./ip-literal.ts";

/** An address as a topology writes it: an IP literal in its canonical form, or a DNS name. */
export type Address = { kind: "ip"; family: 4 | 6; text: string } | { kind: "name"; text: string };

/**
 * RFC 1123 host name: labels of letters, digits and inner hyphens, 253 characters at most. Underscores are
 * accepted because Windows networks use them. A last label of digits only is refused: it is a mistyped IPv4 address.
 */
const label = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
const namePattern = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*\\.?$`);

/** `10.0.0.1-20`, `10.0.0.1-10.0.0.20`: a range as other tools write it. A name would be looked up, and not be found. */
const rangePattern = /^((?:\d{1,3}\.){3})(\d{1,3})-(?:\1)?(\d{1,3})$/;

/** What Node and the kernel take for the name or number of an interface behind `%`. */
const zonePattern = /^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$/;

/**
 * Reads an address. Returns `undefined` for anything that is neither a complete IP literal nor a DNS name; IPv4 short
 * forms (`10.1`) are refused, because other programs read them differently, and so is what is of no host (0.0.0.0,
 * multicast): a connection to 0.0.0.0 ends at the machine that makes it. Link-local IPv6 addresses have a zone and
 * others have none: `fe80::1%eth0`. `::ffff:10.0.0.5` is 10.0.0.5.
 */
export function parseAddress(text: string): Address | undefined {
  const literal = readIpLiteral(text);
  if (literal !== undefined) {
    const { family, zone, kind } = literal;
    if (kind === "unspecified" || kind === "multicast") return undefined;
    if ((kind === "link-local") !== (zone !== undefined)) return undefined;
    return zone === undefined || zonePattern.test(zone) ? { kind: "ip", family, text: literal.text } : undefined;
  }
  if (text.includes(":")) return undefined;
  if (!namePattern.test(text) || rangePattern.test(text)) return undefined;
  const last = text.replace(/\.$/, "").split(".").at(-1) ?? "";
  return /^\d+$/.test(last) ? undefined : { kind: "name", text: text.toLowerCase() };
}

/** What is wrong with a text that `parseAddress` refuses, and what to write. */
export function whyNoAddress(text: string): string {
  const literal = readIpLiteral(text);
  if (literal?.kind === "unspecified")
    return `"${text}" is not the address of a host; for this machine itself write 127.0.0.1`;
  if (literal?.kind === "multicast") return `"${text}" is a multicast or broadcast address and of no host`;
  if (literal?.kind === "link-local") {
    const bare = withoutZone(literal.text);
    if (literal.zone === undefined)
      return `"${text}" is link-local: write it with the interface of the machine that sends, e.g. ${bare}%eth0`;
    return `"${text}": write the number of the interface instead of its name (ip link shows it), e.g. ${bare}%2`;
  }
  if (literal?.zone !== undefined) {
    return `"${text}": only link-local addresses (fe80::/10) have a zone; write ${withoutZone(literal.text)}`;
  }
  const [bare = "", ...prefix] = text.split("/");
  if (prefix.length === 1 && /^\d{1,3}$/.test(prefix[0] ?? "") && parseAddress(bare)?.kind === "ip") {
    return `"${text}" is not the address of a host: for one host write ${bare}`;
  }
  const split = splitPort(text);
  if (split !== undefined) return `"${text}" has a port in it`;
  const [, host] = /^[a-z]+:\/\/(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:\s]+)/i.exec(text) ?? [];
  const name = host?.replaceAll(/[[\]]/g, "");
  if (name !== undefined && parseAddress(name) !== undefined) return `a web address stands here; write ${name} alone`;
  return slipIn(text) ?? `"${text}" is neither an IPv4 or IPv6 address nor a DNS name`;
}

/** What the hand that wrote it meant, where that is plain. */
function slipIn(text: string): string | undefined {
  const [, net, first, last] = rangePattern.exec(text) ?? [];
  if (net !== undefined)
    return `"${text}" is a range of addresses; write it as "${net}[${first}-${last}]", with a range in the name, too`;
  const bare =
    /^(?:["'`\u2018-\u201F\u00AB\u00BB]+([^\s"'`\u2018-\u201F\u00AB\u00BB]+)["'`\u2018-\u201F\u00AB\u00BB]+|\[([^[\]]+)\])$/.exec(
      text,
    );
  const inside = bare?.[1] ?? bare?.[2];
  if (inside !== undefined && parseAddress(inside) !== undefined)
    return `"${text}" has ${bare?.[1] === undefined ? "brackets" : "quotes"} in it; write ${inside} alone`;
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  if (parts.length > 1 && parts.every((part) => readIpLiteral(part) !== undefined))
    return `"${text}" is more than one address; write [${parts.join(", ")}]`;
  if (!/^\d{1,4}(?:\.\d{1,4}){3}$/.test(text)) return undefined;
  const numbers = text.split(".");
  if (numbers.some((one) => Number(one) > 255)) return `"${text}" is no IPv4 address: its numbers end at 255`;
  return numbers.some((one) => /^0\d/.test(one))
    ? `"${text}" is no IPv4 address: leave out the zeros that its numbers begin with`
    : undefined;
}

/** The two parts of an address that has a port behind it, as in `10.0.0.5:8000` or `[2001:db8::5]:8000`. */
export function splitPort(text: string): { address: string; port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? plain ?? "");
  const port = Number(digits);
  return address === undefined || port < 1 || port > 65_535 ? undefined : { address: address.text, port };
}

/** One address of a node: an IPv4 or IPv6 literal or a DNS name; the output is in canonical form. */
export const addressSchema = z
  .string()
  .transform((text, context) => {
    const address = parseAddress(text);
    if (address !== undefined) return address.text;
    const split = splitPort(text);
    context.addIssue({
      code: "custom",
      message: whyNoAddress(text),
      ...(split === undefined ? {} : { params: split }),
    });
    return z.NEVER;
  })
  .meta({ id: "address", description: "IPv4 address, IPv6 address or DNS name" });
