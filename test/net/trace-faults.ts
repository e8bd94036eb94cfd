/** Where a fault is, and what `portmatrix trace` must say of it: never more than can be seen from the client. */
export interface TraceFault {
  name: string;
  protocol: "tcp" | "udp" | "icmp";
  family: 4 | 6;
  /** Whose fault it is. */
  node: "cl" | "r1" | "r2" | "r2b" | "r3" | "sv";
  /** Rules by node and hook; `D` stands for "to the target with the flow's protocol and port", `S` for the way back. */
  rules: Partial<Record<string, string>>;
  /** Routes that are added, with `T` for the target. */
  routes?: readonly string[];
  /** Kind, and the last hop that had it, the next, or who says so, by node; caveats that must be among those said. */
  says: string;
  caveats?: readonly string[];
}

const drop = (node: TraceFault["node"], hook: string): TraceFault["rules"] => ({ [`${node} ${hook}`]: "D drop" });
const reject = (node: TraceFault["node"], how: string): TraceFault["rules"] => ({ [`${node} forward`]: `D reject with ${how}` });
const [tcp, udp, icmp] = ["tcp", "udp", "icmp"] as const;

/** Over one path. */
export const faults: readonly TraceFault[] = [
  { name: "r1 forward", protocol: tcp, family: 4, node: "r1", rules: drop("r1", "forward"), says: "lost r1 r2" },
  { name: "r2 forward", protocol: tcp, family: 4, node: "r2", rules: drop("r2", "forward"), says: "lost r2 r3" },
  { name: "r3 forward", protocol: tcp, family: 4, node: "r3", rules: drop("r3", "forward"), says: "lost r3 sv", caveats: ["way-back"] },
  { name: "r2 forward", protocol: tcp, family: 6, node: "r2", rules: drop("r2", "forward"), says: "lost r2 r3" },
  { name: "r2 forward", protocol: udp, family: 4, node: "r2", rules: drop("r2", "forward"), says: "lost r2 r3" },
  { name: "r3 forward", protocol: udp, family: 6, node: "r3", rules: drop("r3", "forward"), says: "lost r3 sv", caveats: ["mute-service"] },
  { name: "r1 forward", protocol: icmp, family: 4, node: "r1", rules: drop("r1", "forward"), says: "lost r1 r2" },
  { name: "r2 forward", protocol: icmp, family: 6, node: "r2", rules: drop("r2", "forward"), says: "lost r2 r3" },
  { name: "r1 prerouting", protocol: tcp, family: 4, node: "r1", rules: drop("r1", "prerouting"), says: "lost cl r1" },
  { name: "r2 prerouting", protocol: tcp, family: 6, node: "r2", rules: drop("r2", "prerouting"), says: "lost r1 r2" },
  { name: "r3 prerouting", protocol: tcp, family: 4, node: "r3", rules: drop("r3", "prerouting"), says: "lost r2 r3" },
  { name: "r2 prerouting", protocol: udp, family: 6, node: "r2", rules: drop("r2", "prerouting"), says: "lost r1 r2" },
  { name: "r2 admin-prohibited", protocol: tcp, family: 4, node: "r2", rules: reject("r2", "icmp type admin-prohibited"), says: "rejected r2 3/13" },
  { name: "r1 host-prohibited", protocol: tcp, family: 4, node: "r1", rules: reject("r1", "icmp type host-prohibited"), says: "rejected r1 3/10" },
  { name: "r3 net-unreachable", protocol: tcp, family: 4, node: "r3", rules: reject("r3", "icmp type net-unreachable"), says: "rejected r3 3/0" },
  { name: "r2 host-unreachable", protocol: udp, family: 4, node: "r2", rules: reject("r2", "icmp type host-unreachable"), says: "rejected r2 3/1" },
  { name: "r2 port-unreachable", protocol: udp, family: 4, node: "r2", rules: reject("r2", "icmp type port-unreachable"), says: "rejected r2 3/3" },
  { name: "r2 admin-prohibited", protocol: tcp, family: 6, node: "r2", rules: reject("r2", "icmpv6 type admin-prohibited"), says: "rejected r2 1/1" },
  { name: "r3 addr-unreachable", protocol: udp, family: 6, node: "r3", rules: reject("r3", "icmpv6 type addr-unreachable"), says: "rejected r3 1/3" },
  { name: "r2 reset", protocol: tcp, family: 4, node: "r2", rules: reject("r2", "tcp reset"), says: "reset r2 r3" },
  { name: "r3 reset", protocol: tcp, family: 6, node: "r3", rules: reject("r3", "tcp reset"), says: "reset r3 sv" },
  { name: "r1 reset", protocol: tcp, family: 6, node: "r1", rules: reject("r1", "tcp reset"), says: "reset r1 r2" },
  { name: "r2 drops what comes back", protocol: tcp, family: 4, node: "r2", rules: { "r2 forward": "S drop" }, says: "lost r3 sv", caveats: ["way-back"] },
  { name: "r1 drops what comes back", protocol: tcp, family: 6, node: "r1", rules: { "r1 forward": "S drop" }, says: "lost r3 sv", caveats: ["way-back"] },
  { name: "r3 drops what comes back", protocol: udp, family: 4, node: "r3", rules: { "r3 forward": "S drop" }, says: "lost r3 sv", caveats: ["way-back", "mute-service"] },
  { name: "the target drops", protocol: tcp, family: 4, node: "sv", rules: drop("sv", "input"), says: "lost r3 sv", caveats: ["way-back"] },
  { name: "the sender drops", protocol: tcp, family: 6, node: "cl", rules: drop("cl", "postrouting"), says: "lost cl r1" },
  { name: "r2 says little, r3 drops", protocol: tcp, family: 4, node: "r3", rules: { ...drop("r3", "forward"), "r2 output": "Q limit rate over 20/minute burst 1 packets drop" }, says: "lost r3 sv" },
  { name: "r3 says little, r2 drops", protocol: tcp, family: 4, node: "r2", rules: { ...drop("r2", "forward"), "r3 output": "Q limit rate over 6/minute burst 1 packets drop" }, says: "lost r2 sv", caveats: ["rate-limited"] },
  { name: "r3 says little and drops", protocol: tcp, family: 6, node: "r3", rules: { ...drop("r3", "forward"), "r3 output": "Q limit rate over 6/minute burst 1 packets drop" }, says: "lost r2 sv", caveats: ["rate-limited"] },
  { name: "r2 is mute and drops", protocol: tcp, family: 4, node: "r2", rules: { ...drop("r2", "forward"), "r2 output": "Q drop" }, says: "lost r1 r3", caveats: ["mute-hops"] },
  { name: "r2 is mute, r1 drops", protocol: tcp, family: 6, node: "r1", rules: { ...drop("r1", "forward"), "r2 output": "Q drop" }, says: "lost r1 r3", caveats: ["mute-hops"] },
  { name: "r3 is mute and drops", protocol: udp, family: 4, node: "r3", rules: { ...drop("r3", "forward"), "r3 output": "Q drop" }, says: "lost r2 sv", caveats: ["mute-hops"] },
  { name: "all are mute, r2 drops", protocol: tcp, family: 4, node: "r2", rules: { ...drop("r2", "forward"), "r1 output": "Q drop", "r2 output": "Q drop", "r3 output": "Q drop" }, says: "lost cl sv", caveats: ["mute-hops"] },
  { name: "r2 drops all", protocol: tcp, family: 4, node: "r2", rules: { "r2 forward": "A drop" }, says: "lost r2 -", caveats: ["no-control"] },
  { name: "r2 has a small link and says so", protocol: tcp, family: 4, node: "r2", rules: {}, routes: ["r2 10.9.3.2 1400"], says: "arrives r2 1400" },
  { name: "r2 has a small link and is silent", protocol: tcp, family: 4, node: "r2", rules: { "r2 output": "Z drop" }, routes: ["r2 10.9.3.2 1400"], says: "large-lost r2 r3" },
  { name: "r1 has a small link and is silent", protocol: tcp, family: 6, node: "r1", rules: { "r1 output": "Z drop" }, routes: ["r1 fd09:2::2 1300"], says: "large-lost r1 r2" },
];

/** Over two paths, r2 and r2b. */
export const pathFaults: readonly TraceFault[] = [
  { name: "both forward", protocol: tcp, family: 4, node: "r2", rules: { ...drop("r2", "forward"), ...drop("r2b", "forward") }, says: "lost r2|r2b r3" },
  { name: "both prerouting", protocol: tcp, family: 4, node: "r2", rules: { ...drop("r2", "prerouting"), ...drop("r2b", "prerouting") }, says: "lost r1 r2|r2b", caveats: ["several-paths"] },
  { name: "both prerouting", protocol: tcp, family: 6, node: "r2", rules: { ...drop("r2", "prerouting"), ...drop("r2b", "prerouting") }, says: "lost r1 r2|r2b", caveats: ["several-paths"] },
  { name: "r3 forward", protocol: tcp, family: 6, node: "r3", rules: drop("r3", "forward"), says: "lost r3 sv" },
  { name: "r3 forward", protocol: udp, family: 4, node: "r3", rules: drop("r3", "forward"), says: "lost r3 sv" },
  { name: "r1 forward", protocol: udp, family: 6, node: "r1", rules: drop("r1", "forward"), says: "lost r1 r2|r2b" },
  { name: "r2 alone, forward", protocol: tcp, family: 4, node: "r2", rules: drop("r2", "forward"), says: "some-paths r2 r3" },
  { name: "r2b alone, prerouting", protocol: tcp, family: 6, node: "r2b", rules: drop("r2b", "prerouting"), says: "some-paths r1 r2|r2b", caveats: ["several-paths"] },
  { name: "r2b alone, forward", protocol: udp, family: 4, node: "r2b", rules: drop("r2b", "forward"), says: "some-paths r2b r3" },
];
