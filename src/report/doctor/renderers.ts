import type { Registration } from "../../model/registration/registration.ts";
import type { RenderOptions } from "../text/options.ts";

type DoctorRenderer = (record: Registration, options: RenderOptions) => string;

/**
 * One renderer for each format, in the order in which help lists them, loaded when it is asked for: what the doctor found
 * → text that ends with a line break.
 */
export const doctorRenderers = {
  text: async () => (await import("./text.ts")).renderRegistrationText,
  json: async () => (await import("./record.ts")).renderRegistrationJson,
} as const satisfies Readonly<Record<string, () => Promise<DoctorRenderer>>>;

/** The formats of the doctor. */
export const doctorFormats = Object.keys(doctorRenderers) as readonly (keyof typeof doctorRenderers)[];
