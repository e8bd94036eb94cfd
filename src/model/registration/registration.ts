import { z } from "zod";
import { portSchema } from "../address/port.ts";
import {
  causeNameSchema,
  remedyNameSchema,
  sightingSchema,
  stepNameSchema,
  stepStateSchema,
  subjectSchema,
  symptomSchema,
  worksSchema,
} from "./doctor.ts";

const port = portSchema();

/** What `doctor registration --format json` prints. Codes are stable, messages are not. */
export const registrationSchema = z
  .strictObject({
    format: z.literal(1),
    doctor: z.literal("registration"),
    tool: z.strictObject({ name: z.string(), version: z.string() }),
    startedAt: z.string(), // ISO 8601
    durationMs: z.number().nonnegative(),
    interrupted: z.boolean().optional(),
    /** What a reader must know before any step, in a sentence each. */
    notes: z.array(z.string()).optional(),
    subject: subjectSchema,
    verdict: z.enum(["works", "broken", "undecided"]),
    /** Absent where the evidence is inconclusive. */
    canRegister: z.boolean().optional(),
    summary: z.string(),
    firstBroken: stepNameSchema.optional(),
    advertisedPort: port.optional(),
    toldAside: z.strictObject({ webPort: port, receiverPort: port }).optional(),
    usablePort: port.optional(),
    usableAddress: z.string().optional(),
    otherSite: z.string().optional(),
    steps: z.array(
      z.strictObject({
        name: stepNameSchema,
        state: stepStateSchema,
        symptom: symptomSchema,
        message: z.string(),
        seen: z.array(sightingSchema.extend({ message: z.string() })),
        /** What its target says of itself, in words, each once (`--inspect`). */
        inspected: z.array(z.string()).optional(),
      }),
    ),
    stillWorks: z.array(z.strictObject({ code: worksSchema, message: z.string() })),
    causes: z.array(z.strictObject({ code: causeNameSchema, message: z.string() })),
    remedies: z.array(z.strictObject({ code: remedyNameSchema, message: z.string(), commands: z.array(z.string()) })),
  })
  .meta({ id: "registration", title: "portmatrix doctor registration" });
export type Registration = z.infer<typeof registrationSchema>;
