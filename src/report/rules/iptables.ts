import type { HostRule, HostRules } from "../../model/firewall/host-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { commentOf, directionsOf, preface, remarkOf, type RuleOptions } from "./words.ts";

const ownChain = { in: "PORTMATRIX_IN", out: "PORTMATRIX_OUT" } as const;
const builtIn = { in: "INPUT", out: "OUTPUT" } as const;
const programs = { 4: "iptables", 6: "ip6tables" } as const;

/**
 * A shell script of iptables and ip6tables: a chain of our own, written anew in one step by `iptables-restore --noflush`
 * (iptables-restore(8)), and a jump to it in front of all other rules.
 */
export function renderIptables(raw: HostRules, { hasReplies }: RuleOptions): string {
  const rules = plainTexts(raw);
  const families = ([4, 6] as const).filter((family) => rules.rules.some((rule) => rule.family === family));
  const notes = ["Apply: sh FILE, as root. Applied again, the rules are replaced."];
  const blocks = families.map((family) => blockOf(rules.rules, family, hasReplies));
  return `${["#!/bin/sh", ...preface(rules, notes), "set -e", ...blocks.map((lines) => `\n${lines.join("\n")}`)].join("\n")}\n`;
}

function blockOf(all: readonly HostRule[], family: 4 | 6, hasReplies: boolean): string[] {
  const program = programs[family];
  const rules = all.filter((rule) => rule.family === family);
  const directions = directionsOf(rules, hasReplies);
  const written = directions.flatMap((direction) => [
    ...(hasReplies
      ? [
          `-A ${ownChain[direction]} -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment portmatrix -j ACCEPT`,
        ]
      : []),
    ...rules.flatMap((rule) => (rule.direction === direction ? [remarkOf(rule), ...linesOf(rule)] : [])),
  ]);
  return [
    `${program}-restore --wait --noflush <<'END'`,
    "*filter",
    ...directions.map((direction) => `:${ownChain[direction]} - [0:0]`),
    ...written,
    "COMMIT",
    "END",
    ...directions.flatMap((direction) => {
      const jump = `${builtIn[direction]} -m comment --comment portmatrix -j ${ownChain[direction]}`;
      return [`while ${program} --wait -D ${jump} 2>/dev/null; do :; done`, `${program} --wait -I ${jump}`];
    }),
  ];
}

function linesOf(rule: HostRule): string[] {
  const { direction, family, peers, protocol, port } = rule;
  const side = direction === "in" ? "-s" : "-d";
  const peerOptions =
    peers.length === 0 ? [direction === "in" ? "-i lo" : "-o lo"] : peers.map((peer) => `${side} ${peer}`);
  const icmp = family === 4 ? "-p icmp --icmp-type 8" : "-p ipv6-icmp --icmpv6-type 128";
  const service = protocol === "icmp" ? icmp : `-p ${protocol} --dport ${port}`;
  return peerOptions.map(
    (peer) => `-A ${ownChain[direction]} ${peer} ${service} -m comment --comment "${commentOf(rule)}" -j ACCEPT`,
  );
}
