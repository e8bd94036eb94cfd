import type { HostRules } from "../../model/firewall/host-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { preface, remarkOf } from "./words.ts";

/**
 * A shell script of firewall-cmd: rich rules, which firewalld adds once however often they are added. Their priority is
 * below 0, which puts them before rules that deny (firewalld.richlanguage(5)).
 */
export function renderFirewalld(raw: HostRules): string {
  const rules = plainTexts(raw);
  const notes = [
    "Apply: sh FILE, as root. Applied again, nothing is added twice. ZONE names the zone; without it the default zone.",
    "firewalld lets loopback through, and what the host itself sends unless a policy of yours says otherwise:",
    "there are no rules for these here.",
  ];
  const lines = rules.rules
    .filter(({ direction, peers }) => direction === "in" && peers.length > 0)
    .flatMap((rule) => [
      remarkOf(rule),
      ...rule.peers.map((peer) => {
        const { family, protocol, port } = rule;
        const service =
          protocol === "icmp" ? 'icmp-type name="echo-request"' : `port port="${port}" protocol="${protocol}"`;
        const rich = `rule priority="-100" family="ipv${family}" source address="${peer}" ${service} accept`;
        return `firewall-cmd --permanent --zone="$zone" --add-rich-rule='${rich}'`;
      }),
    ]);
  const start = ["#!/bin/sh", ...preface(rules, notes), "set -e", 'zone="${ZONE:-$(firewall-cmd --get-default-zone)}"'];
  return `${[...start, ...lines, "firewall-cmd --reload"].join("\n")}\n`;
}
