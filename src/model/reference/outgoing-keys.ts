import type { KeyTable } from "./key-words.ts";

/** What servers need elsewhere. */
export const outgoingKeys = {
  outgoing: {
    is: "Services that the central server needs; leave out what is not needed. A server may have its own.",
    example: "outgoing: { dns: [10.0.0.53], license: true }",
    rows: "the outgoing section",
  },
  "outgoing.dns": { is: "Name servers.", example: "dns: [10.0.0.53]", rows: "53/udp to each" },
  "outgoing.ntp": { is: "Time servers.", example: "ntp: [10.0.0.123]", rows: "123/udp to each" },
  "outgoing.smtp": {
    is: "Mail relays.",
    example: "smtp: [{ address: mail.example.com, port: 587 }]",
    rows: "25, 465 and 587/tcp, of which one is enough; with `port` that one",
  },
  "outgoing.ldap": {
    is: "Directory servers.",
    example: "ldap: [{ address: dc01.example.com, tls: true }]",
    rows: "389 and 636/tcp, of which one is enough; with `tls` or `port` that one",
  },
  "outgoing.ldap[].tls": { is: "`true` for LDAPS, `false` for LDAP.", example: "tls: true", rows: "only 636 or 389" },
  "outgoing.dns[].address": {
    is: "IPv4 or IPv6 address or DNS name.",
    example: "address: 10.0.0.53",
    rows: "none; it is their target",
  },
  "outgoing.dns[].port": {
    is: "A port other than the usual one.",
    example: "port: 1053",
    rows: "none; it moves their port",
  },
  "outgoing.proxy": {
    is: "The web proxy through which the server reaches the internet (see above).",
    example: "proxy: http://proxy.example.com:3128",
    rows: "none; outgoing web servers are probed through it",
  },
  "outgoing.proxy.address": { is: "Its address.", example: "address: proxy.example.com", rows: "none" },
  "outgoing.proxy.port": { is: "Its port.", example: "port: 3128", rows: "none" },
  "outgoing.license": {
    is: "`true` for license.checkmk.com, or another address.",
    example: "license: true",
    rows: "443/tcp",
  },
  "outgoing.notifications": {
    is: "Notification methods in use; `portmatrix catalog notifications` lists them.",
    example: "notifications: [slack, { msteams: { address: example.webhook.office.com } }]",
    rows: "the outgoing section, one for each",
  },
  "outgoing.exports": {
    is: "Where metrics go; `portmatrix catalog exports` lists them.",
    example: "exports: [{ influxdb: { address: influx.example.com } }]",
    rows: "the outgoing section, one for each",
  },
} as const satisfies KeyTable;
