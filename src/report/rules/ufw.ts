import type { HostRule, HostRules } from "../../model/firewall/host-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { commentOf, preface, remarkOf } from "./words.ts";

/**
 * A shell script of ufw: `prepend` puts a rule before all others, and a rule that is there is not added again (ufw(8)).
 * Echo requests have no such command: /etc/ufw/before.rules lets them in as it comes.
 */
export function renderUfw(raw: HostRules): string {
  const rules = plainTexts(raw);
  const notes = [
    "Apply: sh FILE, as root. Applied again, nothing is added twice.",
    "ufw lets loopback through; echo requests are a matter of /etc/ufw/before.rules and before6.rules, which accept them",
    "as they come: there are no rules for these here.",
  ];
  const lines = rules.rules
    .filter(({ peers, protocol }) => peers.length > 0 && protocol !== "icmp")
    .flatMap((rule) => [remarkOf(rule), ...rule.peers.map((peer) => command(rule, peer))]);
  return `${["#!/bin/sh", ...preface(rules, notes), "set -e", ...lines].join("\n")}\n`;
}

function command(rule: HostRule, peer: string): string {
  const { direction, protocol, port } = rule;
  const ends = direction === "in" ? `from ${peer} to any` : `from any to ${peer}`;
  return `ufw prepend allow ${direction} proto ${protocol} ${ends} port ${port} comment '${commentOf(rule)}'`;
}
