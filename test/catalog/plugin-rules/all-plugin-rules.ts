import { repeated } from "../rule.ts";
import { connectionsOf, forEachPlugin, type PluginRule } from "./plugin-rule.ts";

/** What a source may look like: a file at a commit, a page, or words that say that it was not read. */
const citation = /(?:cmk|docs):\S+@[0-9a-f]{8}|https:\/\/\S+|not read|github\.com\/Checkmk\/checkmk/;

/** A port that was read in the code cannot have a source that is a page of somebody else. */
const readCode = /(?:cmk|docs):\S+?(?:@[0-9a-f]{8})/;

/** Every rule for lists of plug-ins. */
export const allPluginRules: readonly PluginRule[] = [
  {
    name: "source-is-cited",
    why: "Whoever doubts a port must find where it comes from: a file at its commit, or a page.",
    check: (list) =>
      forEachPlugin(list, ({ source, sure }) => {
        if (!citation.test(source))
          return `the source ${JSON.stringify(source)} names neither a file at a commit nor a page`;
        const isRead = sure === "code" || sure === "documents";
        return isRead && !readCode.test(source) ? `it is said to be read, but the source names no commit` : undefined;
      }),
  },
  {
    name: "url-is-of-the-source",
    why: "The address leads to the first file or page that the source names, not to some page beside it.",
    check: (list) =>
      forEachPlugin(list, ({ source, url }) => {
        const [, commit] = /@([0-9a-f]{8})/.exec(source) ?? [];
        const isForeign = source.includes(url) || commit === undefined;
        return isForeign || url.includes(commit) ? undefined : `${url} is not at commit ${commit}`;
      }),
  },
  {
    name: "unique-plugin-names",
    why: "A topology names a plug-in by its name or another one of its names, so each is one plug-in's.",
    check: (list) =>
      repeated(list.plugins.flatMap(({ name, aliases = [] }) => [name, ...aliases])).map(
        (name) => `${name}: is there twice`,
      ),
  },
  {
    name: "short-heading",
    why: "The name heads a column of 12 characters, so a longer one needs a short form.",
    check: (list) =>
      forEachPlugin(list, (plugin) =>
        connectionsOf(plugin).length === 0 || (plugin.short ?? plugin.name).length <= 12
          ? undefined
          : "needs short: of at most 12 characters",
      ),
  },
  {
    name: "silence-is-explained",
    why: "A plug-in that asks nobody over the network, or has no port of its own, says why.",
    check: (list) =>
      forEachPlugin(list, (plugin) => {
        const isOpen = connectionsOf(plugin).some(({ protocol, port }) => protocol !== "icmp" && port === undefined);
        const isSilent = connectionsOf(plugin).length === 0;
        return (isOpen || isSilent) && plugin.notes === undefined
          ? "needs a note that says why it has no port"
          : undefined;
      }),
  },
  {
    name: "types-or-connections",
    why: "What an option of the rule decides stands under types, and then nothing stands beside it.",
    check: (list) =>
      forEachPlugin(list, ({ connections, types, default_type }) => {
        if (connections !== undefined && types !== undefined) return "has connections and types both";
        const isKnown = default_type === undefined || Object.hasOwn(types ?? {}, default_type);
        return isKnown ? undefined : `has no type ${default_type}`;
      }),
  },
  {
    name: "cloud-hosts",
    why: "Names of cloud services belong to a target in the cloud; a target elsewhere is named by the topology.",
    check: (list) =>
      forEachPlugin(list, (plugin) => {
        const one = connectionsOf(plugin).find(({ target, hosts }) => target !== "cloud" && hosts !== undefined);
        if (one !== undefined) return `has hosts, but its target is ${one.target}`;
        const plain = connectionsOf(plugin).some(({ target, tls }) => target === "cloud" && tls !== "always");
        return plain ? "asks a cloud service without TLS" : undefined;
      }),
  },
];
