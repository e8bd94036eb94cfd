import type { ScriptShell } from "../../model/shell.ts";
import { scriptTemplates } from "../shipped-files.ts";

/** A script before its orders are put in, and the end of its file's name. */
interface Template {
  file: URL;
  extension: string;
}

/** Every shell that a script can be written for; what is written for none yet is absent. */
export const templates: Partial<Record<ScriptShell, Template>> = {
  sh: { file: scriptTemplates.sh, extension: "sh" },
  python: { file: scriptTemplates.python, extension: "py" },
  perl: { file: scriptTemplates.perl, extension: "pl" },
  powershell: { file: scriptTemplates.powershell, extension: "ps1" },
};
