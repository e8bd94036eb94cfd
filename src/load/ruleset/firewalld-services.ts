import type { RuleCondition } from "../../model/firewall/ruleset.ts";
import type { FirewalldBlock } from "./firewalld-blocks.ts";

/** Ports of services that firewalld brings along, and that zones often have. */
export const firewalldServices: Readonly<Record<string, readonly string[]>> = {
  "checkmk-agent": ["6556/tcp"],
  cockpit: ["9090/tcp"],
  dhcp: ["67/udp"],
  "dhcpv6-client": ["546/udp"],
  dns: ["53/tcp", "53/udp"],
  elasticsearch: ["9300/tcp", "9200/tcp"],
  ftp: ["21/tcp"],
  grafana: ["3000/tcp"],
  http: ["80/tcp"],
  https: ["443/tcp"],
  imap: ["143/tcp"],
  imaps: ["993/tcp"],
  ipp: ["631/tcp", "631/udp"],
  "ipp-client": ["631/udp"],
  ldap: ["389/tcp"],
  ldaps: ["636/tcp"],
  mdns: ["5353/udp"],
  mysql: ["3306/tcp"],
  nfs: ["2049/tcp"],
  ntp: ["123/udp"],
  pop3: ["110/tcp"],
  pop3s: ["995/tcp"],
  postgresql: ["5432/tcp"],
  rdp: ["3389/tcp"],
  redis: ["6379/tcp"],
  samba: ["137/udp", "138/udp", "139/tcp", "445/tcp"],
  "samba-client": ["137/udp", "138/udp"],
  smtp: ["25/tcp"],
  "smtp-submission": ["587/tcp"],
  smtps: ["465/tcp"],
  snmp: ["161/tcp", "161/udp"],
  snmptrap: ["162/tcp", "162/udp"],
  ssh: ["22/tcp"],
  syslog: ["514/udp"],
  "syslog-tls": ["6514/tcp", "6514/udp"],
  tftp: ["69/udp"],
  "vnc-server": ["5900-5903/tcp"],
  wsman: ["5985/tcp"],
  wsmans: ["5986/tcp"],
  "zabbix-agent": ["10050/tcp"],
  "zabbix-server": ["10051/tcp"],
};

/** `7000-7010/udp` */
export function portCondition(text: string): RuleCondition[] {
  const [, low = "", high = low, protocol = ""] = /^(\d+)(?:-(\d+))?\/(\w+)$/.exec(text) ?? [];
  if (low === "") return [{ what: "unread" }];
  return [
    { what: "protocol", not: false, values: [protocol] },
    { what: "port", not: false, ranges: [[Number(low), Number(high)]] },
  ];
}

/** What a service asks, one list for each of its ports; as it is listed, else as firewalld brings it, else unread. */
export function serviceConditions(
  name: string,
  listed: ReadonlyMap<string, FirewalldBlock>,
  seen: readonly string[] = [],
): RuleCondition[][] {
  const own = listed.get(name);
  if (own === undefined) {
    const known = Object.hasOwn(firewalldServices, name) ? firewalldServices[name] : undefined;
    return known?.map(portCondition) ?? [[{ what: "unread" }]];
  }
  const targets = own.words("destination").map((word) => word.replace(/^ipv[46]:/, ""));
  const destination: RuleCondition[] = targets.length === 0 ? [] : [{ what: "target", not: false, values: targets }];
  const included = own
    .words("includes")
    .flatMap((other) => (seen.includes(other) ? [] : serviceConditions(other, listed, [...seen, name])));
  return [
    ...own.words("ports").map((port) => [...portCondition(port), ...destination]),
    ...own
      .words("protocols")
      .map((protocol): RuleCondition[] => [{ what: "protocol", not: false, values: [protocol] }, ...destination]),
    ...own.words("source-ports").map((): RuleCondition[] => [{ what: "unread" }]),
    ...included,
  ];
}
