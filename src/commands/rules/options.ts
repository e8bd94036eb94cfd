import { type Command, Option } from "commander";
import { collect } from "../options.ts";

/** Options of `rules`. */
export interface RulesOptions {
  for: string;
  outbound?: true;
  replies?: true;
  resolve?: true;
  ruleset: readonly string[];
  check?: true;
  catalog?: string;
  format: readonly string[];
}

/** Declares `rules`. */
export function declareHostRules(command: Command, defaultTopology: string): Command {
  return command
    .description("rules for a node's own firewall, for the flows it needs; changes nothing, sends nothing")
    .argument("[topology]", "the expected topology, YAML or JSON", defaultTopology)
    .addOption(new Option("--for <node>", "the node whose firewall it is").makeOptionMandatory())
    .option("--outbound", "also what the node must send, for a firewall that filters that")
    .option("--replies", "also a rule for replies, for a firewall that has none (nft, iptables)")
    .option("--resolve", "resolve names on this machine and write their addresses")
    .option(
      "--ruleset <file>",
      "the firewall as its tool lists it: nft -j list ruleset, iptables-save, … (repeatable)",
      collect,
      [],
    )
    .option("--check", "compare with --ruleset: what is missing, shadowed, superfluous")
    .option("--catalog <id|file>", "the catalog, e.g. checkmk/2.3, instead of the topology's")
    .option("--format <format[=file]>", "for which firewall (repeatable)", collect, []);
}
