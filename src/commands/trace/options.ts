import { type Command, Option } from "commander";
import { collect, parseCount } from "../options.ts";

/** Options of `trace`. */
export interface TraceOptions {
  from?: string;
  to?: string;
  tcp?: number;
  udp?: number;
  icmp?: true;
  sourcePort?: number;
  catalog?: string;
  format: readonly string[];
  verbose?: boolean;
}

/** Declares `trace`. */
export function declareTrace(
  command: Command,
  defaultTopology: string,
  act: (file: string, flow: string | undefined, options: TraceOptions) => Promise<void>,
): Command {
  return command
    .description(
      "trace a flow hop by hop, with its own protocol and port: where packets get lost, and which device to check",
    )
    .argument("[topology]", "the expected topology, YAML or JSON", defaultTopology)
    .argument("[flow]", "the flow's id, as in plan and check: 2.2/agent-registration/web01->cmk/tcp/8000")
    .option(
      "--from <node>",
      "where it starts: a node with a vantage point, or this machine (NODE! if its addresses differ)",
    )
    .option("--to <node>", "where it goes: a node of the topology, or an address")
    .option("--tcp <port>", "over TCP to this port", parseCount)
    .option("--udp <port>", "over UDP to this port", parseCount)
    .option("--icmp", "as an ICMP echo")
    .addOption(new Option("--source-port <port>", "from this port, as the failing program does").argParser(parseCount))
    .option("--catalog <id|file>", "the catalog, e.g. checkmk/2.3, instead of the topology's")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option("--verbose", "say on stderr what is going on: vantage point, addresses", false)
    .action(act);
}
