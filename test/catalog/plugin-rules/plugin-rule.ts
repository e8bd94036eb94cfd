import type { Plugin, PluginConnection, PluginList } from "../../../src/model/plugin/plugin.ts";

/** One thing that must hold for every list of plug-ins. `check` returns a message for each place where it does not hold. */
export interface PluginRule {
  name: string;
  why: string;
  check: (list: PluginList) => string[];
}

/** Runs `judge` on every plug-in; its words come back with the name in front. */
export function forEachPlugin(list: PluginList, judge: (plugin: Plugin) => string | undefined): string[] {
  return list.plugins.flatMap((plugin) => {
    const words = judge(plugin);
    return words === undefined ? [] : [`${plugin.name}: ${words}`];
  });
}

/** The connections of a plug-in, those of all its types together. */
export const connectionsOf = ({ connections = [], types = {} }: Plugin): PluginConnection[] => [
  ...connections,
  ...Object.values(types).flat(),
];
