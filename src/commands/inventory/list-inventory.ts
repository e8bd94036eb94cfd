import type { ListInventory } from "../../load/topology/inventory-hosts.ts";
import type { Surroundings } from "../surroundings.ts";

/** How a topology's inventories are listed: by the user's own ansible-inventory, which is looked for when one is named. */
export function inventoryLister(surroundings: Pick<Surroundings, "env" | "signal" | "onChild">): ListInventory {
  return async (file) => (await import("./run-inventory.ts")).runInventory(file, surroundings);
}
