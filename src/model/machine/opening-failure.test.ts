import { expect, it } from "vitest";
import { readOpeningFailure } from "./opening-failure.ts";

it.each([
  ["ssh: exit code 255: web01: Permission denied (publickey,password).", "login"],
  ["ssh: exit code 255: Host key verification failed.", "host-key"],
  ["ssh: exit code 255: ssh: Could not resolve hostname web01: Name or service not known", "not-reached"],
  ["ssh: exit code 255: ssh: connect to host web01 port 22: Connection timed out", "not-reached"],
  [
    "ssh: there is nothing to send from: neither portmatrix nor Node 20.19, Python 3.6, perl 5.14 or bash 4",
    "no-interpreter",
  ],
  ["ssh: there is neither portmatrix nor Node there: install Node 20.19 or newer", "no-interpreter"],
  ["shh: the program shh was not found", "no-program"],
  ['docker: exit code 127: OCI runtime exec failed: exec: "sh": executable file not found in $PATH', "no-shell"],
  ["ssh: exit code 1: This account is currently not available.", "no-shell"],
  ["ssh: PowerShell there runs in Constrained Language, which allows no sockets", "constrained-language"],
  ["ssh: PowerShell 2.0 there is too old: install Windows PowerShell 5.1", "no-interpreter"],
  ["ssh: exit code 127: bash: line 1: powershell: command not found", "no-shell"],
  ["ssh: exit code 1: 'pwsh' is not recognized as an internal or external command,", "no-shell"],
  ["ssh: no worker answered within 20000 ms", "no-answer"],
  ["kubectl: exit code 1: something else", "other"],
] as const)("%s", (message, expected) => {
  expect(readOpeningFailure(message)).toBe(expected);
});
