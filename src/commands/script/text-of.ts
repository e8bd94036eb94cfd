import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ScriptShell } from "../../model/shell.ts";
import { InputError } from "../../model/text/problem.ts";
import type { ScriptPlan } from "../../model/script.ts";
import { embed } from "../../report/script/embed.ts";
import { emptyId, scriptText } from "../../report/script/text.ts";
import { templates } from "./templates.ts";

/** A script, the hash that it carries and that of its file. */
export interface WrittenScript {
  text: string;
  id: string;
  sha256: string;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const loaded = new Map<ScriptShell, Promise<string>>();

async function load(shell: ScriptShell): Promise<string> {
  const template = templates[shell];
  if (template === undefined)
    throw new InputError([{ file: "--shell", message: `no script is written for ${shell} by this version` }]);
  const text = await readFile(template.file, "utf8");
  return shell === "sh" ? embed(text, { python: await templateOf("python"), perl: await templateOf("perl") }) : text;
}

/** The template of a shell; that of sh has the others in it. */
function templateOf(shell: ScriptShell): Promise<string> {
  const known = loaded.get(shell) ?? load(shell);
  loaded.set(shell, known);
  return known;
}

/** Writes a script. The same plan gives the same bytes, which is how `--merge` knows one that was changed. */
export async function writeScript(shell: ScriptShell, plan: ScriptPlan): Promise<WrittenScript> {
  const template = await templateOf(shell);
  const id = sha256(scriptText(template, plan, emptyId));
  const text = scriptText(template, plan, id);
  return { text, id, sha256: sha256(text) };
}
