import { z } from "zod";
import { portSchema } from "./address/port.ts";
import type { Ruleset } from "./firewall/ruleset.ts";

/** What is read of a machine, each of it without changing anything there (docs/inspection.md). */
const sourceSchema = z.enum([
  "sockets", // who listens on the ports, as `wire/ip/socket-table.ts` reads it
  "listeners", // ss -Hltne
  "addresses-4", // /proc/net/fib_trie
  "addresses-6", // /proc/net/if_inet6
  "counters", // /proc/net/netstat
  "nft", // nft -j list ruleset
  "iptables", // iptables-save -c, and the other family and kind
  "ip6tables",
  "iptables-legacy",
  "ip6tables-legacy",
  "controller", // cmk-agent-ctl status --json --no-query-remote
  "socket-unit", // systemctl show check-mk-agent.socket
  "xinetd", // /etc/xinetd.conf and /etc/xinetd.d/*
  "site", // etc/omd/site.conf of a site
]);
export type InspectionSource = z.infer<typeof sourceSchema>;

/** One thing that was read, or why it was not. `end` comes once and last. */
export const inspectionPartSchema = z.strictObject({
  source: z.enum([...sourceSchema.options, "end"]),
  /** Of a file: its path; of a site: its name. */
  name: z.string().max(300).exactOptional(),
  state: z.enum([
    "read",
    "absent", // there is no such file, or what a program would list cannot be there
    "missing", // there is something to list, and no program for it
    "denied", // this user may not
    "stopped", // the program is there, and what it would ask does not run
    "failed", // the program ended with an error; `bytes` is what it said
    "late", // the program did not end in its time
    "long", // more than is taken
  ]),
  /** What it says, in base64. */
  bytes: z.string(),
});
export type InspectionPart = z.infer<typeof inspectionPartSchema>;

/** What is asked of a machine. */
export const inspectOrderSchema = z.strictObject({
  ports: z.array(portSchema()).max(1_000),
  /** Names of sites, whose settings are read. */
  sites: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,15}$/)).max(100),
  /** The firewall and the counters alone, for a second look. */
  isSecond: z.literal(true).exactOptional(),
});
export type InspectOrder = z.infer<typeof inspectOrderSchema>;

/** Reads it; a text says why nothing could be read. Never rejects. */
export type Inspect = (order: InspectOrder) => Promise<readonly InspectionPart[] | string>;

const text = z.string().max(600);

/** The rule or policy of the host's own firewall that decides about the flow. */
const firewallFactSchema = z.strictObject({
  does: z.enum(["drops", "rejects", "unclear"]),
  tool: z.enum(["nft", "iptables", "ufw", "firewalld", "windows"]),
  /** `inet filter input`, or `filter INPUT`. */
  chain: text,
  hook: z.string().max(60).optional(),
  /** Its place in the chain, from 1; absent for the policy of the chain. */
  number: z.number().int().positive().optional(),
  /** It, or a later one that drops as well: which of them cannot be told. */
  orLater: z.literal(true).optional(),
  /** As nft names a rule in `nft delete rule`. */
  handle: z.number().int().positive().optional(),
  rule: text,
  /** What wrote the rule, as far as the names of its chains tell. */
  writtenBy: z.enum(["firewalld", "ufw"]).optional(),
  /** The zone of firewalld. */
  zone: z.string().max(60).optional(),
  /** Packets that it had counted; absent where it has no counter. */
  packets: z.number().int().nonnegative().optional(),
  /** How many more there were when the flow had been asked once more; absent where it was not asked. */
  rose: z.number().int().nonnegative().optional(),
});
export type FirewallFact = z.infer<typeof firewallFactSchema>;

const listenerSchema = z.strictObject({
  address: z.string().max(100),
  /** Of a socket of `::` that takes no IPv4; `ss` alone knows it. */
  isIpv6Only: z.literal(true).optional(),
  programs: z.array(z.string().max(100)).max(8).optional(),
  /** Connections that wait to be accepted, and how many may. */
  waiting: z.number().int().nonnegative().optional(),
  room: z.number().int().nonnegative().optional(),
});
export type ListenerFact = z.infer<typeof listenerSchema>;

/** What a node says of itself about one flow that failed (`check --inspect`). */
export const inspectionSchema = z.strictObject({
  /** What explains that the flow failed so; words in `report/reasons/inspected.ts`. */
  finding: z.enum([
    "not-listening",
    "loopback-only",
    "other-family",
    "other-address",
    "firewall",
    "firewall-unclear",
    "queue-full",
    "access-list",
    "controller",
    "site-setting",
    "may-be-mute", // a UDP service listens, and nothing here drops its datagrams
    "in-between",
    "rejected", // something listens where it was asked, and which firewall rejects could not be read
    "not-readable",
  ]),
  /** Who listens on the port; empty if nobody does, absent where that could not be read. */
  listens: z.array(listenerSchema).max(32).optional(),
  firewall: firewallFactSchema.optional(),
  /** The asked address is none of the node's own: it is translated on the way, or the topology is wrong. */
  isForeignAddress: z.literal(true).optional(),
  /** A list of allowed addresses that the sender is not on. */
  access: z.strictObject({ where: text, key: text, value: text, sender: z.string().max(100).optional() }).optional(),
  /** State of the agent's controller. */
  controller: z
    .strictObject({
      state: z.enum(["not-running", "not-registered", "push-only", "socket-broken", "not-allowed"]),
      version: z.string().max(60).optional(),
    })
    .optional(),
  /** A setting of a site that is not as the topology has it. */
  setting: z.strictObject({ site: text, key: text, value: text, expected: text }).optional(),
  /** How many connections found no room while the flow was asked once more. */
  overflows: z.number().int().nonnegative().optional(),
  /** What could not be read, and why. */
  unread: z
    .array(z.strictObject({ source: sourceSchema, why: text }))
    .max(20)
    .optional(),
  /** What read it, e.g. `ssh (Python 3.11.2)`. */
  through: z.string().max(300).optional(),
  /** When that was, by the clock of the target, where it was not this run: a script read it. */
  takenAt: z.iso.datetime().optional(),
});
export type Inspection = z.infer<typeof inspectionSchema>;

/** A machine as it was read, for `judge/inspection/`. What is absent could not be read. */
export interface HostState {
  listens?: readonly (ListenerFact & { protocol: "tcp" | "udp"; port: number })[];
  addresses?: readonly string[];
  rulesets: readonly Ruleset[];
  /** Connections that found no room, of the whole machine. */
  overflows?: number;
  /** True where an agent's controller is installed and is not running. */
  isControllerStopped?: boolean;
  controller?: ControllerStatus;
  /** Lists of allowed addresses: who is asked in which order. */
  lists: readonly AccessList[];
  /** Settings of its sites. */
  sites: ReadonlyMap<string, Readonly<Record<string, string>>>;
  unread: readonly { source: InspectionSource; why: string }[];
}

/** What an agent's controller says of itself (docs/notes/inspection.md#the-agents-controller). */
export interface ControllerStatus {
  version?: string;
  /** It may write to the agent's socket; absent where an old one does not say so. */
  isSocketOperational?: boolean;
  allowsLegacyPull: boolean;
  /** Addresses and networks that may ask; empty for all. */
  allowed: readonly string[];
  pulls: number;
  pushes: number;
}

/** Who may reach a port, as a program's own configuration says. */
export interface AccessList {
  where: string;
  key: string;
  port: number;
  /** Those that may; absent where everybody may who is not in `denies`. */
  allows?: readonly string[];
  /** Those that may not, unless they are in `allows`. */
  denies?: readonly string[];
  /** What a stranger sees. */
  does: "drops" | "closes";
}
