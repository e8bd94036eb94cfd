import { z } from "zod";

/** A secret is named, never written: an environment variable or a file. */
const secretRefSchema = z.union(
  [
    z.strictObject({
      env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name consists of letters, digits and '_'"),
    }),
    z.strictObject({ file: z.string().min(1) }),
  ],
  { error: "a secret is named, never written: { env: NAME } or { file: PATH }" },
);
export type SecretRef = z.infer<typeof secretRefSchema>;

/** `version: 3` without quotes is a number in YAML, so numbers are taken too; the model has text. */
const fullSnmpSchema = z.discriminatedUnion("version", [
  z.strictObject({
    version: z.literal(["1", 1, "2c"]).transform((version) => (version === "2c" ? "2c" : "1")),
    community: secretRefSchema,
  }),
  z.strictObject({
    version: z.literal(["3", 3]).transform(() => "3" as const),
    user: z.string().min(1),
    context: z.string().optional(),
    auth: z
      .strictObject({
        protocol: z.enum(["md5", "sha", "sha224", "sha256", "sha384", "sha512"]),
        password: secretRefSchema,
      })
      .optional(),
    priv: z
      .strictObject({ protocol: z.enum(["des", "aes", "aes256b", "aes256r"]), password: secretRefSchema })
      .optional(),
  }),
]);
export type Snmp = z.infer<typeof fullSnmpSchema>;

/** `snmp: 2c` alone takes the community from the variable `SNMP_COMMUNITY`. */
export const snmpSchema = z.union(
  [
    z.literal(["1", 1, "2c"]).transform((version): Snmp => {
      return { version: version === "2c" ? "2c" : "1", community: { env: "SNMP_COMMUNITY" } };
    }),
    z.literal(["3", 3]).transform((_, context): Snmp => {
      context.addIssue({ code: "custom", message: "version 3 needs a user: snmp: { version: 3, user: NAME }" });
      return z.NEVER;
    }),
    fullSnmpSchema,
  ],
  { error: "expected 1, 2c or { version, community: { env: NAME } }" },
);
