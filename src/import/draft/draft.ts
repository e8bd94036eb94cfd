import type { Feature } from "../../model/topology/names.ts";

/** A secret of the source, by the variable that a topology names in its place. The value is kept nowhere. */
export interface SecretName {
  env: string;
}

/** SNMP settings of a host as a topology writes them. */
export type DraftSnmp =
  | { version: "1" | "2c"; community: SecretName }
  | {
      version: "3";
      user: string;
      auth?: { protocol: string; password: SecretName };
      priv?: { protocol: string; password: SecretName };
    };

/** A special agent or an active check: its name alone, or its name with what differs from the catalog. */
export type DraftCall = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A host that was found. What the source says nothing of is absent. */
export interface DraftHost {
  name: string;
  addresses: readonly string[];
  site?: string;
  os?: "linux" | "windows" | "other";
  agent?: "pull" | "legacy" | "push" | "none";
  ping?: boolean;
  snmp?: DraftSnmp;
  ports?: { agent?: number; snmp?: number };
  special_agents?: readonly DraftCall[];
  active_checks?: readonly DraftCall[];
  /** What the reader should know of this host: an assumption, what was left out. */
  comment?: string;
}

export interface DraftSite {
  name: string;
  ports?: Readonly<Record<string, number>>;
  features?: readonly Feature[];
  comment?: string;
}

/** A Checkmk server, the central or a remote one. */
export interface DraftServer {
  name: string;
  addresses: readonly string[];
  sites: readonly DraftSite[];
  features?: readonly Feature[];
  ports?: Readonly<Record<string, number>>;
  comment?: string;
}

export interface DraftOutgoing {
  smtp?: readonly { address: string; port?: number }[];
  ldap?: readonly { address: string; port?: number; tls?: boolean }[];
  license?: true;
  notifications?: readonly DraftCall[];
  exports?: readonly DraftCall[];
}

/** Something that was assumed, or could not be taken over, and what it is about. Those with one text are put together. */
export interface Notice {
  about: string;
  text: string;
}

/** What an import found, as a topology will say it. */
export interface Draft {
  /** Lines of comment at the top: what this was made from. */
  header: readonly string[];
  catalog?: string;
  /** Absent where the source knows of hosts only. */
  server?: DraftServer;
  remoteSites: readonly DraftServer[];
  hosts: readonly DraftHost[];
  outgoing?: DraftOutgoing;
  notices: readonly Notice[];
  /** The variables that must be set before a check, and what each of them holds. */
  secrets: readonly { env: string; holds: string }[];
}
