import { draftOfList, type ListedHost, type ListServer } from "../../import/lists/list-draft.ts";
import type { Notice } from "../../import/draft/draft.ts";
import { readScan } from "../../import/lists/nmap.ts";
import { readMapping, readTable } from "../../import/lists/table.ts";
import { readInventory } from "../../load/inventory/read-inventory.ts";
import { readRecords } from "../../load/topology/csv-records.ts";
import { readHeadings } from "../../load/topology/table-columns.ts";
import { readDialect } from "../../load/topology/table-dialect.ts";
import { readText } from "../../load/text-file.ts";
import { parseAddress } from "../../model/address/address.ts";
import { InputError } from "../../model/text/problem.ts";
import { isSiteName } from "../../model/topology/topology.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import type { ListKind, ListOptions } from "./options.ts";
import { runInventory } from "../inventory/run-inventory.ts";
import { deliverDraft, refuseAddress, refuseTarget } from "./target.ts";

const fileLimit = 200_000_000;

/** What a list gave, and what it was. */
interface Listed {
  source: string;
  hosts: ListedHost[];
  notices: Notice[];
}

/** Imports a list of hosts; the Checkmk server that monitors them is an option. */
export async function importListCommand(
  kind: ListKind,
  file: string,
  options: ListOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  await refuseTarget(options);
  const server = serverOf(options);
  const { source, hosts, notices } = await readers[kind](file, options, surroundings);
  await deliverDraft(draftOfList(hosts, { source, server, notices }), options, surroundings);
  return exitCodes.ok;
}

const readers: Readonly<
  Record<ListKind, (file: string, options: ListOptions, surroundings: Surroundings) => Promise<Listed>>
> = {
  ansible: async (inventory, _options, surroundings) => {
    const isJson = /\.json$/i.test(inventory);
    const text = isJson ? await readText(inventory, fileLimit) : await runInventory(inventory, surroundings);
    const { hosts } = readInventory(text, inventory);
    const notices = [
      { about: "", text: "an inventory does not say which hosts have SNMP; write snmp: there" },
      ...hosts
        .filter(({ agent }) => agent === "none")
        .map(({ name }) => ({
          about: name,
          text: "no agent was assumed, because Ansible talks to a network device there",
        })),
    ];
    return { source: `the Ansible inventory ${inventory}`, hosts: [...hosts], notices };
  },
  nmap: async (file) => ({ source: `the scan ${file}`, ...readScan(await readText(file, fileLimit), file) }),
  csv: async (file, { map = [] }) => {
    const mapping = readMapping(map);
    const { body, delimiter } = readDialect(await readText(file, fileLimit));
    const records = recordsOf(body, delimiter, file);
    const headings = (records[0]?.cells ?? []).map((cell) => cell.trim());
    const meanings = new Map(readHeadings(headings).map((meaning, at) => [headings[at] ?? "", meaning]));
    const usual = (heading: string): string | undefined => {
      const meaning = meanings.get(heading);
      return typeof meaning === "string" ? meaning : undefined;
    };
    const { hosts, unused } = readTable(records, { file, mapping, usual });
    const text = "columns that were not read, as nothing of a topology is in them; --map COLUMN=HEADING says otherwise";
    return { source: `the table ${file}`, hosts, notices: unused.map((about) => ({ about, text })) };
  },
};

function recordsOf(body: string, delimiter: string, file: string) {
  try {
    return readRecords(body, delimiter).filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  } catch (error) {
    const line = error instanceof Error && "lines" in error ? Number(error.lines) : 1;
    throw new InputError([{ file, line, message: "this is no CSV: a double quote stands alone or is never closed" }]);
  }
}

/** A list does not tell who monitors its hosts; an old topology does. */
function serverOf({ server, site = "main", update }: ListOptions): ListServer | undefined {
  refuseAddress(server, "--server");
  if (!isSiteName(site)) throw new InputError([{ file: "--site", message: `"${site}" is not the name of a site` }]);
  if (server !== undefined) return { address: parseAddress(server)?.text ?? server, site };
  if (update !== undefined) return undefined;
  const message = "the address of the Checkmk server, which a list of hosts does not tell";
  throw new InputError([{ file: "--server", message }]);
}
