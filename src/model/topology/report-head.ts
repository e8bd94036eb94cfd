import { z } from "zod";

const text = z.string().min(1).max(120);

/** Longest logo in bytes, as a file. */
export const logoLimit = 200_000;

/** What a report for a customer begins with, as the topology has it: the logo is a file. */
export const writtenReportHeadSchema = z.strictObject({
  title: text.optional(),
  customer: text.optional(),
  author: text.optional(),
  logo: z.string().min(1).optional(),
});

/** The same in a run record: the logo is the picture itself, as a data URI. */
export const reportHeadSchema = z.strictObject({
  title: text.optional(),
  customer: text.optional(),
  author: text.optional(),
  logo: z
    .string()
    .max(logoLimit * 1.4)
    .regex(/^data:image\/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/, "expected a picture as a data URI")
    .optional(),
});
export type ReportHead = z.infer<typeof reportHeadSchema>;
