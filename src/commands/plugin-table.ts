import type { Plugin, PluginConnection, PluginList } from "../model/plugin/plugin.ts";
import { columnsOf, wrap } from "../report/text/layout.ts";
import { drawTable, fitWidths } from "../report/text/table.ts";

const columns = [
  ["name", ({ name, aliases = [] }) => [name, ...aliases].join(", ")],
  ["what", ({ title }) => title],
  ["asks", (plugin) => asksOf(plugin)],
  ["whom", (plugin) => whomOf(plugin)],
  ["port set by", (plugin) => optionsOf(plugin)],
  ["known from", ({ sure }) => sure],
] as const satisfies readonly (readonly [string, (plugin: Plugin) => string])[];

/** A list of plug-ins for a terminal: one row each, no line wider than `width`. */
export function pluginTable({ title, url, plugins }: PluginList, kind: string, width: number): string {
  const used = columns.map(([name, text]) => ({ name, texts: plugins.map(text) }));
  const widths = fitWidths(
    used.map(({ name, texts }) => texts.reduce((most, text) => Math.max(most, columnsOf(text)), name.length)),
    width - 3 * used.length - 1,
  );
  const field = (text: string, column: number) => ({ lines: wrap(text, widths[column] ?? 6) });
  const drawn = drawTable(
    used.map(({ name }, column) => field(name, column)),
    plugins.map((_, at) => used.map(({ texts }, column) => field(texts[at] ?? "", column))),
    { widths },
  );
  return `${[
    ...wrap(`${title} · ${url}`, width),
    ...wrap(`${plugins.length} in all; notes, versions and sources: portmatrix catalog ${kind} --format json`, width),
    "",
    ...drawn,
  ].join("\n")}\n`;
}

const allOf = ({ connections = [], types = {} }: Plugin): PluginConnection[] => [
  ...connections,
  ...Object.values(types).flat(),
];

function asksOf({ connections = [], types = {} }: Plugin): string {
  const each = Object.entries(types).map(([type, all]) => `${type} ${all.map(asked).join(" and ")}`);
  return [connections.map(asked).join(" and "), ...each].filter((text) => text !== "").join("; ") || "nobody";
}

function asked({ protocol, port, tls, speaks }: PluginConnection): string {
  if (protocol === "icmp") return "icmp";
  const where =
    port === undefined
      ? `?/${protocol}`
      : typeof port === "number"
        ? `${port}/${protocol}`
        : `${port.plain}/${protocol}, TLS ${port.tls}`;
  const isSecure = tls === "always" || tls === "on";
  const words = speaks === "other" ? (isSecure ? " TLS" : "") : ` ${speaks === "http" && isSecure ? "https" : speaks}`;
  return `${where}${words}`;
}

const targetWords: Readonly<Record<PluginConnection["target"], string>> = {
  host: "the host",
  rule: "whom its rule names",
  elsewhere: "its own site, or whom its rule names",
  cloud: "cloud service, named by the topology",
};

function whomOf(plugin: Plugin): string {
  const whom = allOf(plugin).map(({ target, hosts }) => hosts?.join(", ") ?? targetWords[target]);
  return [...new Set(whom)].join("; ");
}

const optionsOf = (plugin: Plugin): string =>
  [...new Set(allOf(plugin).flatMap(({ port_option }) => port_option ?? []))].join(", ");
