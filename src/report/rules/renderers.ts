import type { HostRules } from "../../model/firewall/host-rule.ts";
import type { RuleOptions } from "./words.ts";

type RulesRenderer = (rules: HostRules, options: RuleOptions) => string;

/**
 * One renderer for each firewall, in the order in which help lists them, loaded when it is asked for: rules → text that
 * ends with a line break.
 */
export const rulesRenderers = {
  nft: async () => (await import("./nft.ts")).renderNft,
  iptables: async () => (await import("./iptables.ts")).renderIptables,
  firewalld: async () => (await import("./firewalld.ts")).renderFirewalld,
  ufw: async () => (await import("./ufw.ts")).renderUfw,
  windows: async () => (await import("./windows.ts")).renderWindows,
} as const satisfies Readonly<Record<string, () => Promise<RulesRenderer>>>;

export type RulesFormat = keyof typeof rulesRenderers;
/** The firewalls that rules can be written for. */
export const rulesFormats = Object.keys(rulesRenderers) as readonly RulesFormat[];
