import type { HostRule, HostRules } from "../../model/firewall/host-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { commentOf, preface, remarkOf } from "./words.ts";

/**
 * A PowerShell script of New-NetFirewallRule. A rule of the same name is removed first, so that it may be run again; a rule
 * that blocks wins over all that allow, wherever it stands
 * (https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/rules).
 */
export function renderWindows(raw: HostRules): string {
  const rules = plainTexts(raw);
  const notes = [
    "Apply: in PowerShell as an administrator. Applied again, the rules are replaced.",
    "A rule that blocks wins over these; see Get-NetFirewallRule -Action Block -Enabled True. Loopback is not filtered.",
  ];
  const lines = rules.rules
    .filter(({ peers }) => peers.length > 0)
    .flatMap((rule, at, all) => {
      const same = all.slice(0, at).filter((other) => keyOf(other) === keyOf(rule)).length;
      return [remarkOf(rule), ...commands(rule, `${keyOf(rule)}${same === 0 ? "" : `-${same + 1}`}`)];
    });
  const start = [...preface(rules, notes), "$ErrorActionPreference = 'Stop'"];
  return `${[...start, ...lines].join("\n")}\n`;
}

const keyOf = ({ direction, protocol, port, family }: HostRule): string =>
  ["portmatrix", direction, protocol, ...(port === undefined ? [] : [port]), `ipv${family}`].join("-");

function commands(rule: HostRule, name: string): string[] {
  const { direction, family, peers, protocol, port } = rule;
  const side = direction === "in" ? "-LocalPort" : "-RemotePort";
  const icmp = family === 4 ? "-Protocol ICMPv4 -IcmpType 8" : "-Protocol ICMPv6 -IcmpType 128";
  const service = protocol === "icmp" ? icmp : `-Protocol ${protocol.toUpperCase()} ${side} ${port}`;
  const addresses = `@(${peers.map((peer) => `'${peer}'`).join(", ")})`;
  const options = `-Direction ${direction === "in" ? "Inbound" : "Outbound"} ${service} -RemoteAddress ${addresses}`;
  return [
    `Remove-NetFirewallRule -Name '${name}' -ErrorAction SilentlyContinue`,
    `New-NetFirewallRule -Name '${name}' -DisplayName '${commentOf(rule)}' -Group 'portmatrix' ${options} -Profile Any -Action Allow | Out-Null`,
  ];
}
