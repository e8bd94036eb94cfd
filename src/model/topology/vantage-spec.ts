import { z } from "zod";
import { shells } from "../shell.ts";
import { portSchema } from "../address/port.ts";

/** What sends at a vantage point. */
export const workerSchema = z.enum(["portmatrix", "node", "python", "perl", "bash"]);

const shellSchema = z.enum(shells).optional();

const isOneOfThem = ({ worker, shell }: { worker?: string | undefined; shell?: string | undefined }): boolean =>
  worker === undefined || shell === undefined;
const oneOfThem = { error: "`worker` is for machines with a POSIX shell; leave it out beside `shell`" };

const localForms = [z.literal("local"), z.strictObject({ local: z.enum(["node", "python", "perl"]) })] as const;

/**
 * Every kind of vantage point and how it is written in a topology: as its name, or as an object with its name as a key.
 * `vantage/openers.ts` says how each is opened.
 */
const vantageForms = {
  /** This machine; `local: WORKER` says what sends, which otherwise is what sees most. */
  local: z.union(localForms),
  /** Behind a command that runs a program there; `worker` says what sends there, which otherwise is the best that there is. */
  exec: z
    .strictObject({ exec: z.array(z.string().min(1)).min(1), worker: workerSchema.optional(), shell: shellSchema })
    .refine(isOneOfThem, oneOfThem),
} as const;
export type VantageKind = keyof typeof vantageForms;
export type VantageSpecOf<Kind extends VantageKind> = z.infer<(typeof vantageForms)[Kind]>;
export type VantageSpec = VantageSpecOf<VantageKind>;

/** `ssh: { user, port, options }` is short for the command that asks nothing and hands its streams on. */
const sshSchema = z
  .strictObject({
    ssh: z.strictObject({
      user: z
        .string()
        .regex(/^[^\s@-][^\s@]*$/, "a user's name has no blank and no @")
        .optional(),
      port: portSchema().optional(),
      options: z.array(z.string().min(1)).default([]),
    }),
    worker: workerSchema.optional(),
    shell: shellSchema,
  })
  .refine(isOneOfThem, oneOfThem)
  .transform(({ ssh: { user, port, options }, worker, shell }) => ({
    exec: [
      "ssh",
      "-T",
      "-o",
      "BatchMode=yes",
      ...(port === undefined ? [] : ["-p", String(port)]),
      ...options,
      "--",
      user === undefined ? "{address}" : `${user}@{address}`,
    ],
    ...(worker === undefined ? {} : { worker }),
    ...(shell === undefined ? {} : { shell }),
  }));

/** A vantage point as it is written. */
export const vantageSchema = z.union([...localForms, vantageForms.exec, sshSchema], {
  error: "expected local, { ssh: { user, port, options } } or { exec: [PROGRAM, ARGUMENT, ...] }",
});

/** The kind of a vantage point. */
export const kindOf = (spec: VantageSpec): VantageKind =>
  typeof spec === "string" ? spec : (Object.keys(spec).find((key) => Object.hasOwn(vantageForms, key)) as VantageKind);

/** True if this process itself sends from there. */
export const isLocal = (spec: VantageSpec | undefined): boolean => spec !== undefined && kindOf(spec) === "local";
