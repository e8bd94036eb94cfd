import type { Lab } from "./lab.ts";

/** Ends of the chain: client, three routers, server; `r2b` stands beside `r2` where there are two paths. */
export const chain = {
  client: { v4: "10.9.1.2", v6: "fd09:1::2" },
  r1: { v4: "10.9.1.1", v6: "fd09:1::1" },
  r2: { v4: "10.9.2.2", v6: "fd09:2::2" },
  r2b: { v4: "10.9.12.2", v6: "fd09:12::2" },
  r3: { v4: "10.9.3.2", v6: "fd09:3::2" },
  server: { v4: "10.9.4.2", v6: "fd09:4::2" },
} as const;

const links = [
  ["cl", "r1", "1", "2", "1"],
  ["r1", "r2", "2", "1", "2"],
  ["r2", "r3", "3", "1", "2"],
  ["r3", "sv", "4", "1", "2"],
  ["r1", "r2b", "12", "1", "2"],
  ["r2b", "r3", "13", "1", "2"],
] as const;

/**
 * Builds a chain of three routers in a lab, cl – r1 – r2 – r3 – sv, both families. The way back always leads over `r2`.
 * Routers limit nothing that they say, unless a test lets them.
 */
export async function buildChain(lab: Lab): Promise<void> {
  const nodes = ["cl", "r1", "r2", "r2b", "r3", "sv"];
  const script = [
    ...nodes.flatMap((node) => [
      `ip netns add ${node}`,
      `ip -n ${node} link set lo up`,
      `ip netns exec ${node} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1`,
    ]),
    ...links.flatMap(([one, other, net, at, to]) => [
      `ip link add ${one}-${other} netns ${one} type veth peer name ${other}-${one} netns ${other}`,
      ...[
        [one, other, at],
        [other, one, to],
      ].flatMap(([node, peer, last]) => [
        `ip -n ${node} addr add 10.9.${net}.${last}/24 dev ${node}-${peer}`,
        `ip -n ${node} addr add fd09:${net}::${last}/64 dev ${node}-${peer} nodad`,
        `ip -n ${node} link set ${node}-${peer} up`,
      ]),
    ]),
    ...routes("cl", "10.9.1.1", "fd09:1::1", ["default"]),
    ...routes("sv", "10.9.4.1", "fd09:4::1", ["default"]),
    ...routes("r2", "10.9.2.1", "fd09:2::1", ["1"]),
    ...routes("r2b", "10.9.12.1", "fd09:12::1", ["1"]),
    ...routes("r2", "10.9.3.2", "fd09:3::2", ["4"]),
    ...routes("r2b", "10.9.13.2", "fd09:13::2", ["4"]),
    ...routes("r3", "10.9.3.1", "fd09:3::1", ["1", "2"]),
    ...routes("r3", "10.9.13.1", "fd09:13::1", ["12"]),
    ...onePath,
  ];
  await lab.script(script.join("\n"));
}

function routes(node: string, v4: string, v6: string, nets: readonly string[]): string[] {
  return nets.flatMap((net) => [
    `ip -n ${node} route replace ${net === "default" ? net : `10.9.${net}.0/24`} via ${v4}`,
    `ip -n ${node} -6 route replace ${net === "default" ? net : `fd09:${net}::/64`} via ${v6}`,
  ]);
}

/** From r1 to the server over r2 alone. */
export const onePath = routes("r1", "10.9.2.2", "fd09:2::2", ["4", "3"]);

/** From r1 to the server over r2 and r2b, by addresses and ports. */
export const twoPaths = [
  "ip -n r1 route replace 10.9.4.0/24 nexthop via 10.9.2.2 nexthop via 10.9.12.2",
  "ip -n r1 -6 route replace fd09:4::/64 nexthop via fd09:2::2 nexthop via fd09:12::2",
];
