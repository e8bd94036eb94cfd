import type { markdownTable } from "markdown-table";

interface LockedPackage {
  version?: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  devOptional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
interface Note {
  reason: string;
  newest: string;
  newestReleased: string;
  releases: number;
  deprecated: boolean;
}
interface Dependencies {
  packages: Record<string, LockedPackage>;
  licences: ReadonlyMap<string, string | undefined>;
  notes: { askedOn: string; packages: Record<string, Note> };
}
export function readDependencies(root: string): Dependencies;
export function dependenciesDoc(dependencies: Dependencies, table: typeof markdownTable): [path: string, text: string];
