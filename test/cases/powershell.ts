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
