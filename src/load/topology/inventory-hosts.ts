import { parseAddress } from "../../model/address/address.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Problem } from "../../model/text/problem.ts";
import { inventoryEntrySchema } from "../../model/topology/topology.ts";
import { type Inventory, type InventoryHost, readInventory } from "../inventory/read-inventory.ts";
import { readText } from "../text-file.ts";
import { quote } from "../yaml/place.ts";
import type { Locate } from "../yaml/place.ts";
import { schemaProblems } from "../yaml/schema-problems.ts";
import { didYouMean } from "../yaml/suggest.ts";
import type { RawHost } from "./host-entry.ts";
import { topologyRemedies } from "../meant/topology-remedies.ts";

/** Largest list of an inventory, in bytes. */
const listLimit = 200_000_000;

/** Gives what `ansible-inventory -i FILE --list` writes; throws an `InputError` that says why it does not. */
export type ListInventory = (file: string) => Promise<string>;

/** Reads inventories, each file once, however many entries name it. */
export interface Inventories {
  /** Where a file that a topology names is. */
  find: (path: string) => string;
  read: (file: string) => Promise<Inventory>;
}

/** Opens the inventories of one topology. Without `list` only saved lists (`.json`) can be read. */
export function openInventories(find: Inventories["find"], list: ListInventory | undefined): Inventories {
  const known = new Map<string, Promise<Inventory>>();
  const read = async (file: string): Promise<Inventory> => {
    if (/\.json$/i.test(file)) return readInventory(await readText(file, listLimit), file);
    if (list !== undefined) return readInventory(await list(file), file);
    const message =
      "ansible-inventory is not started here; save its list: ansible-inventory -i FILE --list > hosts.json";
    throw new InputError([{ file, message }]);
  };
  return {
    find,
    read: (file) => {
      const reading = known.get(file) ?? read(file);
      known.set(file, reading);
      return reading;
    },
  };
}

/**
 * The hosts of an entry `{ ansible: FILE, group: NAME }`, in the order of their names. What the entry says besides counts
 * for all of them; what it leaves open is what the connection tells of system and agent.
 */
export async function hostsOfInventory(
  entry: RawHost,
  place: Locate,
  inventories: Inventories,
): Promise<{ hosts: RawHost[]; problems: Problem[] }> {
  const checked = inventoryEntrySchema.safeParse(entry);
  if (!checked.success) {
    const subject = { schema: inventoryEntrySchema, value: entry, locate: place, ...topologyRemedies(["hosts", 0]) };
    return { hosts: [], problems: schemaProblems(checked.error.issues, subject) };
  }
  const { ansible, group, ...settings } = entry;
  const file = inventories.find(String(ansible));
  const refuse = (message: string, key = "ansible") => ({
    hosts: [],
    problems: [{ ...place([key]), message: key === "ansible" ? `${file}: ${message}` : message }],
  });
  // Ansible takes a name with a comma for the names of hosts.
  if (file.includes(",")) return refuse("an inventory whose name has a comma cannot be given to Ansible");
  let inventory: Inventory;
  try {
    inventory = await inventories.read(file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      hosts: [],
      problems: error.problems.map(({ message }) => ({ ...place(["ansible"]), message: `${file}: ${message}` })),
    };
  }
  const members = typeof group === "string" ? inventory.membersOf(group) : undefined;
  if (typeof group === "string" && members === undefined) {
    const guess = didYouMean(group, inventory.groups);
    return refuse(`${file} has no group ${quote(group)}${guess}`, "group");
  }
  const listed = inventory.hosts.filter(({ name }) => members?.has(name) ?? true);
  if (listed.length === 0) {
    return typeof group === "string"
      ? refuse(`the group ${quote(group)} of ${file} has no hosts`, "group")
      : refuse("it has no hosts");
  }
  const strange = listed.filter((host) => parseAddress(addressOf(host)) === undefined);
  return {
    hosts: listed
      .filter((host) => !strange.includes(host))
      .map((host) => {
        const { name, addresses: _addresses, ...told } = host;
        return { name, address: addressOf(host), ...told, ...settings };
      }),
    problems: strange.map((host) => ({
      ...place(["ansible"]),
      message: `${file}: the address of ${quote(host.name)} is none that can be asked: ${quote(addressOf(host))}`,
    })),
  };
}

const addressOf = ({ name, addresses }: InventoryHost): string => addresses[0] ?? name;
