import { execFileSync } from "node:child_process";
import { beforeAll, beforeEach } from "vitest";

/** Why tests of PowerShell cannot run here; undefined where they can. Looked for once in each test file. */
export const whyNoPowershell: string | undefined = (() => {
  try {
    execFileSync("pwsh", ["-NoProfile", "-Command", "exit 0"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "there is no PowerShell (pwsh) on PATH: dotnet tool install --tool-path DIR PowerShell --version 7.6.9";
  }
})();

/**
 * Skips the tests around it, with the reason, where there is no PowerShell; with `PORTMATRIX_REQUIRE_POWERSHELL=1` that is
 * a failure.
 */
export function usePowershell(): void {
  beforeAll(() => {
    const isRequired = process.env["PORTMATRIX_REQUIRE_POWERSHELL"] === "1";
    if (whyNoPowershell !== undefined && isRequired) throw new Error(whyNoPowershell);
  });
  beforeEach((context) => {
    if (whyNoPowershell !== undefined) context.skip(whyNoPowershell);
  });
}

/**
 * Of each script whether it has errors, and the kinds of words that Windows PowerShell 5.1 does not know
 * (docs/notes/vantage-runtimes.md#powershell).
 */
export function strangeIn(scripts: readonly string[]): string[][] {
  const reads = `$texts = [Console]::In.ReadToEnd() | ConvertFrom-Json
$texts | ForEach-Object { $tokens = $null; $errors = $null
[void][System.Management.Automation.Language.Parser]::ParseInput($_, [ref]$tokens, [ref]$errors)
'' + ($errors.Count -gt 0) + ' ' + (($tokens | ForEach-Object { $_.Kind } | Sort-Object -Unique) -join ' ') }`;
  const said = execFileSync("pwsh", ["-NoProfile", "-Command", reads], {
    input: JSON.stringify(scripts),
    encoding: "utf8",
  });
  const strange = /^(?:True|Question\w+|AndAnd|OrOr|Clean)$/;
  const lines = said.trim().split("\n");
  return lines.map((line) => line.split(" ").filter((word) => strange.test(word)));
}
