import { z } from "zod";

/** A TCP or UDP port that can be asked; 0 is none. New for each file, so that its JSON Schema has a part of its own. */
export const portSchema = () => z.number().int().min(1).max(65_535);
