import type { KeyTable } from "./key-words.ts";

/** The top of a topology, its servers and their sites. */
export const serverKeys = {
  catalog: {
    is: "Product and version of the ports document; the product alone means its newest version. A path names a catalog of your own.",
    example: "catalog: checkmk/2.3",
    rows: "all of them",
  },
  stage: {
    is: "`preinstall` if nothing is installed yet: a refused connection then shows that the path is open, and is not a failure.",
    example: "stage: preinstall",
    rows: "none; it decides how they are judged",
  },
  controls: {
    is: "Whether decoy ports may be probed (see above).",
    example: "controls: true",
    rows: "none; one more port of each address is probed",
  },
  accept: {
    is: "Whether silence over UDP is accepted, for all or for some (see above).",
    example: "accept: unverifiable",
    rows: "none; silent ones become a warning",
  },
  "accept.unverifiable": {
    is: "Requirements and sections, by number or anchor, whose silence is accepted.",
    example: "unverifiable: [snmp-trap, syslog-udp]",
    rows: "none",
    needed: false,
  },
  server: {
    is: "The central Checkmk server, or the only one.",
    example: "server: { name: cmk, address: 10.0.0.5, sites: [main] }",
    rows: "2.2 from each host of its sites, loopback, outgoing",
  },
  remote_sites: {
    is: "Checkmk servers of distributed monitoring; each has the keys of `server`.",
    example: "remote_sites: [{ name: muc, address: 10.1.0.5, sites: [muc] }]",
    rows: "3.1 from the central, 3.2 to it, and those of a server",
  },
  "server.name": {
    is: "Name of the node in rows, options and `vantages`: letters, digits, `.`, `_` and inner `-`.",
    example: "name: cmk",
    rows: "none; it names them",
  },
  "server.address": {
    is: "IPv4 or IPv6 address or DNS name, or a list of them; each is checked.",
    example: "address: 10.0.0.5",
    rows: "one row for each address",
  },
  "server.sites": {
    is: "The OMD sites of this server, as `omd sites` prints them. With `stage: preinstall` it may be left out.",
    example: "sites: [main]",
    rows: "8000 of each site from its hosts, 5000 on loopback",
  },
  "server.sites[].name": {
    is: "Name of the site; `main` alone is short for `{ name: main }`.",
    example: "name: main",
    rows: "none; the answer must come from this site",
  },
  "server.sites[].ports": {
    is: "Ports of this site that are not the standard ones (`omd config show`).",
    example: "ports: { agent_receiver: 8001, apache: 5001 }",
    rows: "none; it moves their port",
  },
  "server.sites[].features": {
    is: "Optional functions that are on only in this site.",
    example: "features: [livestatus]",
    rows: "those that the document calls optional",
  },
  "server.features": {
    is: "Optional functions that are on: what the document says can be enabled.",
    example: "features: [agent-bakery, syslog-udp]",
    rows: "those that the document calls optional",
  },
  "server.ports": {
    is: "Ports of the whole server that are not the standard ones.",
    example: "ports: { https: 8443 }",
    rows: "none; it moves their port",
  },
  "server.outgoing": {
    is: "What this server needs elsewhere; the keys of `outgoing`.",
    example: "outgoing: { dns: [10.0.0.53] }",
    rows: "those of `outgoing`, from this server",
  },
} as const satisfies KeyTable;
