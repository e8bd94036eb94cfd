import { openLookups } from "../../vantage/lookup-child.ts";

/** Looks names up for this run, in a process that can be left behind; see `openLookups`. Shared by all who have names. */
export const lookups = openLookups();
