import ipaddr from "ipaddr.js";

/** The lowest and highest address of a literal, a network (`10.0.2.0/24`) or a range (`10.0.2.1-10.0.2.9`). */
function boundsOf(text: string): [number[], number[]] | undefined {
  const [low = "", high] = text.split("-");
  if (high !== undefined) return ipaddr.isValid(low) && ipaddr.isValid(high) ? [bytes(low), bytes(high)] : undefined;
  const [base = "", length] = text.split("/");
  if (!ipaddr.isValid(base)) return undefined;
  const own = bytes(base);
  const prefix = length === undefined ? own.length * 8 : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > own.length * 8) return undefined;
  const bound = (fill: 0 | 255): number[] =>
    own.map((byte, at) => {
      const kept = Math.min(Math.max(prefix - at * 8, 0), 8);
      const mask = (0xff << (8 - kept)) & 0xff;
      return (byte & mask) | (fill & ~mask & 0xff);
    });
  return [bound(0), bound(255)];
}

const bytes = (address: string): number[] => ipaddr.parse(address).toByteArray();

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

/**
 * Whether all of `inner` lies in `outer`, both a literal, a network or a range: `part` where some of it does. `undefined`
 * where one of them is none of these. Addresses of different families have nothing in common.
 */
export function covers(outer: string, inner: string): "all" | "part" | "none" | undefined {
  const [out, own] = [boundsOf(outer), boundsOf(inner)];
  if (out === undefined || own === undefined) return undefined;
  if (out[0].length !== own[0].length) return "none";
  if (compare(own[0], out[0]) >= 0 && compare(own[1], out[1]) <= 0) return "all";
  return compare(own[1], out[0]) < 0 || compare(own[0], out[1]) > 0 ? "none" : "part";
}
