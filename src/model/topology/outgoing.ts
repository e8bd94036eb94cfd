import { z } from "zod";
import { addressSchema } from "../address/address.ts";
import { portSchema } from "../address/port.ts";
import { proxySchema } from "../address/proxy.ts";
import { pluginUsesSchema } from "../plugin/plugin-use.ts";

const port = portSchema();

const outgoingTarget = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.union([addressSchema.transform((address) => ({ address })), z.strictObject({ address: addressSchema, ...extra })], {
    error: `expected an address or { ${["address", ...Object.keys(extra)].join(", ")} }`,
  });

/** Services that a server needs elsewhere; what is left out is not needed. */
export const outgoingSchema = z.strictObject({
  dns: z.array(outgoingTarget({ port: port.optional() })).default([]),
  ntp: z.array(outgoingTarget({ port: port.optional() })).default([]),
  smtp: z.array(outgoingTarget({ port: port.optional() })).default([]),
  ldap: z.array(outgoingTarget({ port: port.optional(), tls: z.boolean().optional() })).default([]),
  /** What the server goes through to reach the internet; the direct way is not needed then. */
  proxy: proxySchema.optional(),
  license: z
    .union([z.boolean(), z.strictObject({ address: addressSchema, port: port.optional() })], {
      error: "expected true, false or { address, port }",
    })
    .default(false),
  /** Notification methods that are in use, and where metrics are exported to. */
  notifications: pluginUsesSchema.optional(),
  exports: pluginUsesSchema.optional(),
});
export type Outgoing = z.infer<typeof outgoingSchema>;
