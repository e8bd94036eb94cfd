import { readFileSync } from "node:fs";
import { z } from "zod";
import { root } from "./program.ts";

/** A committed JSON Schema, as a program of somebody else would use it. */
export function committedSchema(name: string): z.ZodType {
  const text = readFileSync(`${root}schema/${name}.schema.json`, "utf8");
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** The commands in the ```sh blocks of a Markdown text: one a line, joined over `\`, without comments. */
export function commandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  return blocks
    .flatMap((text) => text.replaceAll(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}
