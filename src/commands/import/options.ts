import { type Command, Option } from "commander";
import { collect, parseDuration } from "../options.ts";

/** Where the topology goes; the same for every source. */
export interface TargetOptions {
  output?: string;
  update?: string;
  write: boolean;
}
export interface CheckmkOptions extends TargetOptions {
  url: string;
  user: string;
  address?: string;
  secretEnv?: string;
  secretFile?: string;
  ca?: string;
  plainHttp: boolean;
  timeout: number;
}
export interface SiteOptions extends TargetOptions {
  root: string;
  address?: string;
}
/** What lists of hosts do not tell: the Checkmk server that monitors them. */
export interface ListOptions extends TargetOptions {
  server?: string;
  site?: string;
  /** Of a table alone. */
  map?: readonly string[];
}
/** Kinds of lists. */
export type ListKind = "ansible" | "csv" | "nmap";

/** One function for each kind of source; each loads its code when it runs. */
export interface ImportCommands {
  checkmk: (options: CheckmkOptions) => Promise<void>;
  site: (options: SiteOptions) => Promise<void>;
  list: (kind: ListKind, file: string, options: ListOptions) => Promise<void>;
}

/** Declares `import` and its sources. */
export function declareImport(program: Command, run: ImportCommands): void {
  const parent = program
    .command("import")
    .description("write a topology from what exists: a running Checkmk, a site's files, a list of hosts");
  const source = (name: string, description: string): Command =>
    parent
      .command(name)
      .description(description)
      .option("--output <file>", "the topology to write; - is stdout (default: portmatrix.yaml)")
      .option("--update <topology>", "show what changed since this topology was imported, and keep your own edits")
      .option("--write", "with --update: write the changes", false);

  source("checkmk", "from the REST API of Checkmk 2.1 to 2.5; sends only GET requests and changes nothing")
    .addOption(new Option("--url <url>", "the site: https://HOST/SITE").makeOptionMandatory())
    .addOption(new Option("--user <name>", "the automation user").makeOptionMandatory())
    .option("--secret-env <variable>", "the environment variable with the automation secret")
    .option("--secret-file <file>", "the file with the automation secret")
    .option("--address <address>", "the server's address, if the hosts use another one than that of the URL")
    .option("--ca <file>", "certificates (PEM) to trust besides the usual ones")
    .option("--plain-http", "allow sending the secret to another machine without TLS", false)
    .addOption(
      new Option("--timeout <duration>", "how long to wait for each answer")
        .argParser(parseDuration)
        .default(60_000, "60s"),
    )
    .action(run.checkmk);

  source("site", "from the files of a site, a copy of them or a diagnostics dump; sends nothing")
    .addOption(
      new Option(
        "--root <place>",
        "the site's directory, e.g. /omd/sites/SITE, or a dump (.tar.gz)",
      ).makeOptionMandatory(),
    )
    .option("--address <address>", "the server's address, which is not in its files (default: this machine's name)")
    .action(run.site);

  const list = (name: string, description: string): Command =>
    source(name, description)
      .option("--server <address>", "the Checkmk server's address")
      .option("--site <site>", "its site");

  list("ansible", "from an inventory, with ansible-inventory --list, or from the JSON that it writes; sends nothing")
    .argument("<inventory>", "the inventory, or FILE.json as ansible-inventory --list writes it")
    .action((file: string, options: ListOptions) => run.list("ansible", file, options));
  list("csv", "from a table with any columns; sends nothing")
    .argument("<file>", "the table (CSV)")
    .option(
      "--map <column=heading>",
      "which heading is name, address, site, os, agent or ping (repeatable)",
      collect,
      [],
    )
    .action((file: string, options: ListOptions) => run.list("csv", file, options));
  list("nmap", "from the XML of a scan (nmap -oX): the hosts that were up; sends nothing")
    .argument("<file>", "the XML file")
    .action((file: string, options: ListOptions) => run.list("nmap", file, options));
}
