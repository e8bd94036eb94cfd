/** A host as a topology has it, ranges, networks and a table's defaults written out, before its schema has looked at it. */
export type WrittenHost = Readonly<Record<string, unknown>>;

/** A row of a table: which record it is, what it says with the table's defaults, and the hosts that it stands for. */
export interface WrittenRow {
  at: number;
  entry: WrittenHost;
  hosts: readonly WrittenHost[];
}

/** A table beside a topology, as it is on disk. */
export interface WrittenTable {
  /** As the topology names it. */
  file: string;
  text: string;
  /** Characters before the header: a line `sep=;`. */
  skip: number;
  delimiter: string;
  /** Headings as they are written, and what each means. */
  headings: readonly { text: string; column: string }[];
  rows: readonly WrittenRow[];
}

/** An item of the `hosts:` list, in the list's order: a table, or an entry that stands for one host or many. */
export type Written = { kind: "table"; table: WrittenTable } | { kind: "entry"; hosts: readonly WrittenHost[] };

/** Names of hosts. */
export const nameOf = (host: WrittenHost): string => String(host["name"]);
