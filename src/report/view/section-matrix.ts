import type { Result } from "../../model/run/run.ts";
import type { Cell } from "./cell.ts";

/** A column: one requirement of the section. */
export interface Column {
  key: string;
  /** Two lines of 14 characters at most: `Register` over `8000/tcp`. */
  heading: readonly [string, string];
}

/** A row: one pair of nodes, or several that look alike. `cells` has an entry for each column; blank: not required. */
export interface Row {
  label: string;
  cells: readonly (Cell | undefined)[];
}

/** One section of the document as a table; every renderer of matrices starts here. */
export interface SectionMatrix {
  id: string;
  title: string;
  anchor: string;
  columns: readonly Column[];
  rows: readonly Row[];
  /** The same rows before those that look alike were put together. */
  pairs: readonly PairRow[];
  /** Every flow of the section, sorted by id. */
  results: readonly Result[];
}

/** One row before rows are put together. */
export interface PairRow {
  from: string;
  to: string;
  cells: readonly (Cell | undefined)[];
}
