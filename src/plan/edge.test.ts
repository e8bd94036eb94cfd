import { expect, it } from "vitest";
import { roleSchema } from "../model/topology/names.ts";
import { isBindable } from "./edge.ts";

it("binds the pairs of roles that docs/catalog.md lists and no other", () => {
  const roles = roleSchema.options;
  const pairs = roles.flatMap((from) => roles.filter((to) => isBindable({ from, to })).map((to) => `${from}->${to}`));
  expect(pairs.toSorted()).toEqual(
    [
      "site-server->host",
      "host->site-server",
      "host->host",
      "central->remote-site",
      "remote-site->central",
      "checkmk-server->checkmk-server",
      "cluster-node->cluster-node",
      "relay->site-server",
      "relay->container-registry",
      "checkmk-server->dns-server",
      "checkmk-server->ntp-server",
      "checkmk-server->mail-server",
      "checkmk-server->directory-server",
      "checkmk-server->license-server",
    ].toSorted(),
  );
});
