import type { AccessRequest } from "../../model/firewall/access-rule.ts";

/** A request for programs; its rules are in the order, and by that of the numbers, of the other formats. */
export const renderRequestJson = (request: AccessRequest): string =>
  `${JSON.stringify({ format: "portmatrix-request/1", ...request }, undefined, 2)}\n`;
