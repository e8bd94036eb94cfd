import type { Command } from "commander";

/** Options of `request` besides those that choose flows. */
export interface RequestOptions {
  needed?: true;
  failing?: string;
  group: boolean;
  bom?: true;
}

/** Declares the options that `request` and `plan --format firewall` share. */
export function declareRules(command: Command): Command {
  return command
    .option("--group", "join sources and destinations that have the same rules (the default)", true)
    .option("--no-group", "a row for each source, address and port")
    .option("--bom", "begin CSV with a byte order mark, so that spreadsheets recognise UTF-8");
}

/** Declares `request`; `command` has the topology and the options that choose flows already. */
export function declareRequest(command: Command): Command {
  return declareRules(command)
    .description("the change request for the network team: missing or needed rules; sends nothing")
    .option("--needed", "everything that is planned (the default)")
    .option("--failing <run.json>", "what failed in this run in a way that points to a firewall");
}
