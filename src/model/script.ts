/** One thing that a script does with a socket, in order. All bytes are lower-case hexadecimal digits. */
export type ScriptStep =
  /** Reads what comes: until nothing came for a while after something did, the other side ends, or the time is over. */
  | { do: "hear"; forMs: number }
  /** Sends bytes; over UDP one datagram. An answer to one that is `isAside` does not end the order (UDP). */
  | { do: "say"; bytes: string; isAside?: true }
  /** Ends its own side of the connection (half-close). */
  | { do: "shut" }
  /**
   * Begins TLS: by a library, which names `name` if there is one, offers the protocol `alpn` and verifies nothing; without
   * a library it sends `hello` and reads what comes in clear, and does none of the steps that follow.
   */
  | { do: "tls"; hello: string; name?: string; alpn?: string; forMs: number }
  /**
   * Sends an SNMP message that is put together there, because the community is a secret: a SEQUENCE of INTEGER `version`
   * (0 or 1), OCTET STRING community, and `pdu`.
   */
  | { do: "get"; version: 0 | 1; pdu: string };

/** What a script does for one probe. */
export interface ScriptOrder {
  /** From 1 on; the fragment says it. */
  number: number;
  /** Id of the probe. */
  probe: string;
  /** Ids of the flows that it serves. */
  flows: readonly string[];
  protocol: "tcp" | "udp" | "icmp";
  /** IP literal or name, which is resolved there. */
  target: string;
  /** Absent for ICMP. */
  port?: number;
  timeoutMs: number;
  /** The service may not be asked twice: the addresses of a name one after the other, no second connection (docs/notes/probe-safety.md). */
  isCareful: boolean;
  /** What is sent, in words. */
  words: string;
  steps: readonly ScriptStep[];
  /** Why a script does not send it; there are no steps then. */
  unsent?: string;
  /** Variable of the environment that holds the community. */
  communityFrom?: string;
}

/** Everything that a script is made of. The same gives the same text, byte for byte. */
export interface ScriptPlan {
  version: string;
  node: string;
  /** SHA-256 of the orders, without their seed. */
  plan: string;
  /** 32 hexadecimal digits, from which the numbers in requests are made. */
  seed: string;
  timeoutMs: number;
  orders: readonly ScriptOrder[];
  /** What it looks up on its own machine; absent where no other node asks it for anything. */
  asked?: ScriptAsked;
}

/** Where other nodes ask the node of a script: it says which of these ports something listens on there, and whose addresses these are. */
export interface ScriptAsked {
  /** `tcp/6556`. */
  ports: readonly string[];
  /** Literals. */
  addresses: readonly string[];
}
