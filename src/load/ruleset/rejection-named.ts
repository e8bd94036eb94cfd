import type { Rejection } from "../../model/firewall/ruleset.ts";

/** What a rejection is by the name that nft(8) and iptables-extensions(8) give it. */
export function rejectionNamed(name: string): Rejection {
  const bare = name.replace(/^icmp6?-/, "");
  if (bare === "tcp-reset") return "reset";
  if (bare === "port-unreachable" || bare === "port-unreach") return "port-unreachable";
  if (/prohibited$|^policy-fail$|^adm-prohibited$/.test(bare)) return "prohibited";
  return /unreach(?:able)?$|^no-route$|^reject-route$/.test(bare) ? "unreachable" : "unread";
}
