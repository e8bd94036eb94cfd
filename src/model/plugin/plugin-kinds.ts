/** Programs that a Checkmk site starts to talk to somebody; each kind is one file, `catalog/PRODUCT/KIND.yaml`. */
export const pluginKinds = ["special-agents", "active-checks", "notifications", "exports"] as const;
export type PluginKind = (typeof pluginKinds)[number];
