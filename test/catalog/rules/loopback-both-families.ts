import { forEachRequirement, type Rule } from "../rule.ts";

/** A loopback row starts and ends on the same node and names both loopback addresses; no other row names any. */
export const loopbackBothFamilies: Rule = {
  name: "loopback-both-families",
  why: "The document asks for 127.0.0.1 and ::1, and loopback traffic never leaves its node.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ scope, loopback, from, to }) => {
      if (scope === "network") return loopback === undefined ? undefined : "lists loopback addresses in network scope";
      if (from !== to) return `loopback scope, but from ${from} to ${to}`;
      const missing = (["127.0.0.1", "::1"] as const).filter((address) => loopback?.includes(address) !== true);
      return missing.length === 0 ? undefined : `loopback scope without ${missing.join(" and ")}`;
    }),
};
