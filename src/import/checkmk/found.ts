import type { Notice } from "../draft/draft.ts";
import type { Literal } from "../python/literal.ts";
import type { CallOptions } from "./call-options.ts";
import type { SiteSettings } from "./site-features.ts";

/** A host of Checkmk as REST and the files of a site tell it. */
export interface FoundHost {
  name: string;
  /** `/`, `/muc/servers`. */
  folder: string;
  /** Effective attributes: `ipaddress`, `site`, `tag_agent`, `labels` and others. */
  attributes: Readonly<Record<string, unknown>>;
  isCluster: boolean;
}

/** A site that the central one knows. */
export interface FoundSite {
  id: string;
  isLocal: boolean;
  /** Where its Livestatus is asked; absent where it is not asked over TCP. */
  livestatus?: { host: string; port: number };
  /** The URL that configuration is sent to, where it is. */
  url?: string;
  messageBrokerPort?: number;
}

/** Which hosts a rule is for. What is not understood is in `unknown`, by its name. */
export interface RuleConditions {
  hostNames?: { isNegated: boolean; patterns: readonly { text: string; isRegex: boolean }[] };
  tags: readonly { key: string; isNegated: boolean; values: readonly string[] }[];
  /** Labels that the host must have, as `key:value`; only what joins by `and` is understood. */
  labels: readonly string[];
  unknown: readonly string[];
}

/** A rule that is on. */
export interface FoundRule {
  ruleset: string;
  folder: string;
  /** Place in its folder. */
  index: number;
  conditions: RuleConditions;
  value: Literal;
}

/** What is known of a site's settings (`omd config`), by their names without `CONFIG_`. */
export type SiteConfig = Readonly<Record<string, string>>;

/** Whom notifications and metrics go to: mail servers, notification plug-ins and exports with what their settings say. */
export interface Reached {
  smtp: readonly { address: string; port?: number }[];
  notifications: readonly { name: string; options: CallOptions }[];
  exports: readonly { name: string; options: CallOptions }[];
}

/** All that was found of an installation, before anything is made of it. */
export interface Found {
  /** What it was read from, for the comment at the top. */
  source: string;
  /** `2.3.0p10`. */
  version?: string;
  /** `cre`, `cee`, …, as Checkmk calls it. */
  edition?: string;
  ownSite: string;
  /** Where the server is reached; no source tells its own address. */
  serverAddress: string;
  hosts: readonly FoundHost[];
  sites: readonly FoundSite[];
  rules: readonly FoundRule[];
  ldap: readonly { address: string; port?: number; tls?: boolean }[];
  /** Whom its notifications and metrics go to, besides. */
  reached: Reached;
  /** Receivers' ports by the site's name. */
  receiverPorts: ReadonlyMap<string, number>;
  /** Settings by the site's name, where its files were read. */
  configs: ReadonlyMap<string, SiteConfig>;
  /** Global settings by the site's name, where its files or the central site's tell them. */
  settings: ReadonlyMap<string, SiteSettings>;
  notices: readonly Notice[];
}
