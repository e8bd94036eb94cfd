/** What a rule asks of a packet. A condition that nobody here can read is `unread`: it may be met or not. */
export type RuleCondition =
  | { what: "family" | "protocol" | "icmp-type" | "state" | "interface"; not: boolean; values: readonly string[] }
  /** Literals, networks and ranges (`10.0.0.1-10.0.0.9`). */
  | { what: "source" | "target"; not: boolean; values: readonly string[] }
  | { what: "port" | "source-port"; not: boolean; ranges: readonly (readonly [number, number])[] }
  /** What the target address is to the node: `local`, `multicast`, `broadcast`. */
  | { what: "target-type"; not: boolean; values: readonly string[] }
  /** What no first packet of a connection has: a routing header, a source that no route leads back to. */
  | { what: "never"; not: boolean }
  | { what: "unread" };

/** What a rejection looks like from outside; `unread` for anything else. */
export type Rejection = "reset" | "port-unreachable" | "prohibited" | "unreachable" | "unread";

/** What a rule does with a packet that meets its conditions. */
export type RuleAction =
  | { kind: "accept" | "return" | "none" | "unread" }
  /** `answer`: what the sender is told of it; absent where it is told nothing. */
  | { kind: "drop"; answer?: Rejection }
  | { kind: "jump" | "goto"; chain: string };

export interface RulesetRule {
  /** The rule as its tool would write it, more or less. */
  text: string;
  comment?: string;
  /** Packets that it has counted. */
  packets?: number;
  /** Its number for `nft delete rule`. */
  handle?: number;
  conditions: readonly RuleCondition[];
  action: RuleAction;
}

export interface RulesetChain {
  /** `netdev` and `bridge` chains see what comes through a device, before or beside those of the families. */
  family: "ip" | "ip6" | "inet" | "netdev" | "bridge";
  table: string;
  name: string;
  /** Only of a chain that packets come to by themselves. */
  hook?: {
    name: string;
    priority: number;
    policy: "accept" | "drop";
    packets?: number;
    /** Only what comes or goes through one of these meets it (`ingress`, `egress`). */
    devices?: readonly string[];
  };
  rules: readonly RulesetRule[];
}

/** A firewall as its tool lists it. */
export interface Ruleset {
  tool: "nft" | "iptables" | "ufw" | "firewalld" | "windows";
  /** Of iptables: its rules are in the kernel as rules of nft, which lists them, too. */
  isShownByNft?: true;
  /** The families that the listing is about. */
  families: readonly (4 | 6)[];
  chains: readonly RulesetChain[];
}
