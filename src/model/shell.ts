/** What the command starts there; default `sh`. Windows has PowerShell: `powershell` (5.1) and `pwsh` (7). */
export const shells = ["powershell", "pwsh"] as const;
export type Shell = (typeof shells)[number];

/** What a script can be written in. */
export const scriptShells = ["sh", "python", "perl", "powershell"] as const;
export type ScriptShell = (typeof scriptShells)[number];
