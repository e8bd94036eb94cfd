import ipaddr from "ipaddr.js";
import { quote } from "../yaml/place.ts";
import type { Pattern } from "./range.ts";

/**
 * Reads a network in CIDR notation, such as `10.0.3.0/28` or `2001:db8::/120`, as a pattern of its host addresses in
 * ascending order. Left out are the network and broadcast address of an IPv4 network larger than /31 (RFC 1122
 * §3.2.1.3, RFC 3021) and the subnet-router anycast address of an IPv6 network larger than /127 (RFC 4291 §2.6.1,
 * RFC 6164). Returns a sentence on what is wrong otherwise. `count` may be beyond 2^53 and is then inexact.
 */
export function readSubnet(text: string): Pattern | string {
  const match = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/.exec(text);
  const [, base = "", bits = ""] = match ?? [];
  const length = Number(bits);
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(base);
  if (match === null || !(isV4 || ipaddr.IPv6.isValid(base))) {
    return `${quote(text)} is not a network; write it as 10.0.3.0/28 or 2001:db8::/120`;
  }
  const width = isV4 ? 32 : 128;
  if (length > width) return `${quote(text)}: an IPv${isV4 ? 4 : 6} prefix has at most ${width} bits`;
  const bytes = ipaddr.parse(base).toByteArray();
  const start = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 1n << BigInt(width - length);
  if (start % size !== 0n) {
    const network = `${format(start - (start % size), width)}/${length}`;
    return `${quote(text)} is a host address, not a network; for one host write ${format(start, width)}, for the network ${network}`;
  }
  const skipFirst = width - length >= 2 ? 1n : 0n;
  const skipLast = isV4 ? skipFirst : 0n;
  return {
    count: Number(size - skipFirst - skipLast),
    at: (index) => format(start + skipFirst + BigInt(index), width),
  };
}

function format(value: bigint, width: number): string {
  const bytes = Array.from({ length: width / 8 }, (_, index) =>
    Number((value >> BigInt(width - 8 - index * 8)) & 255n),
  );
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}
