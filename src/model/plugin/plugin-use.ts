import { z } from "zod";
import { addressSchema } from "../address/address.ts";
import { portSchema } from "../address/port.ts";

/** What a topology says of one plug-in: where its rule differs from the defaults of the catalog. */
const pluginOptionsSchema = z.strictObject({
  port: portSchema().optional(),
  tls: z.boolean().optional(),
  /** Whom the rule names, in place of the host or of the names of the cloud service. */
  address: z
    .union([addressSchema, z.array(addressSchema).min(1)], { error: "expected an address or a list of addresses" })
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .optional(),
  /** Which of the types that the catalog knows: `sql` has postgres, mysql, mssql, … */
  type: z.string().min(1).optional(),
  /** Whether it goes through `outgoing.proxy`; default: cloud services do, others do not. */
  proxy: z.boolean().optional(),
});

const pluginNameSchema = z.string().regex(/^\w+$/, "a name consists of letters, digits and '_'");

/** A plug-in by its name, or `{ NAME: { port, tls, … } }`. Which names there are, the catalog's lists say. */
const pluginUseSchema = z.union(
  [
    pluginNameSchema.transform((name) => ({ name, options: {} as z.infer<typeof pluginOptionsSchema> })),
    z
      .record(pluginNameSchema, pluginOptionsSchema)
      .refine((value) => Object.keys(value).length === 1, {
        message: "expected one name: { NAME: { port, tls, address, type, proxy } }",
      })
      .transform((value) => {
        const [[name, options] = ["", {}]] = Object.entries(value);
        return { name, options };
      }),
  ],
  { error: "expected a name or { NAME: { port, tls, address, type, proxy } }" },
);
export type PluginUse = z.infer<typeof pluginUseSchema>;
export type PluginOptions = PluginUse["options"];

/** A list of plug-ins as a topology writes it. */
export const pluginUsesSchema = z.array(pluginUseSchema);
