import ipaddr from "ipaddr.js";

/**
 * The network that shares one router's attention: the /24 of an IPv4 address, the /64 of an IPv6 address (RFC 4291
 * §2.5.4). `undefined` for a name, which is resolved only where it is sent, and for loopback, which has no router.
 */
export function networkOf(target: string): string | undefined {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(target))
    return target.startsWith("127.") ? undefined : target.slice(0, target.lastIndexOf("."));
  if (!target.includes(":") || !ipaddr.IPv6.isValid(target)) return undefined;
  const address = ipaddr.IPv6.parse(target);
  return address.range() === "loopback" ? undefined : address.parts.slice(0, 4).join(":");
}

/** The network as it is usually written, e.g. `10.0.3.0/24` or `2001:db8:0:1::/64`; `network` is what `networkOf` gave. */
export function writeNetwork(network: string): string {
  if (network.includes(".")) return `${network}.0/24`;
  const parts = network.split(":").map((part) => Number(part).toString(16));
  return `${ipaddr.IPv6.parse(`${parts.join(":")}::`).toString()}/64`;
}
