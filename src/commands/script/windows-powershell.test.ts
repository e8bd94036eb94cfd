import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { templates } from "./templates.ts";

/** What Windows PowerShell 5.1, or the .NET Framework under it, does not know: how it is found, and a line that has it. */
const later: readonly (readonly [string, RegExp, string])[] = [
  ["?? and ??=", /\?\?/, "$a ?? $b"],
  ["?. and ?[", /\}\?[.[]/, "${a}?.Length"],
  ["ternary", /\s\?\s[^{]*\s:\s/, "$a = $b ? 1 : 2"],
  ["&& and ||", /&&|\|\|/, "a && b"],
  ["a job by &", /\s&\s*$/m, "Get-Item . &"],
  ["a pipe that begins a line", /^\s*\|/m, "  | Sort-Object"],
  ["clean { }", /^\s*clean\s*\{/im, "clean { }"],
  ["-Parallel", /-Parallel\b|-ThrottleLimit\b/i, "1..3 | ForEach-Object -Parallel { $_ }"],
  ["escapes of 6 and later", /`e|`u\{/, '"`e[0m"'],
  ["numbers of 6.2 and later", /\b0b[01]+\b|\b\d+(?:u|us|uy|ul|n)\b/i, "0b1010"],
  ["a range of letters", /'[a-z]'\s*\.\.\s*'/i, "'a'..'z'"],
  [
    "variables of 6 and later",
    /\$(?:Is(?:Windows|Linux|MacOS|CoreCLR)|PSStyle|EnabledExperimentalFeatures)\b/i,
    "$IsWindows",
  ],
  ["encodings of 6 and later", /-Encoding\s+['"]?utf8(?:No)?BOM/i, "Set-Content a b -Encoding utf8NoBOM"],
  [
    "parameters of 6 and later",
    /-(?:AsByteStream|AsHashtable|AsUTC|Raw\s+-Pattern|SkipCertificateCheck|TcpPort|LeafBase|Top|Bottom|StrictMode|NoProxy|AllowInsecureRedirect|EscapeHandling)\b/i,
    "Get-Content a -AsByteStream",
  ],
  [
    "commands of 6 and later",
    /\b(?:Join-String|Test-Json|Get-Error|Remove-Alias|Get-Uptime|Start-ThreadJob|ConvertFrom-Markdown|Show-Markdown|Remove-Service)\b/i,
    "$a | Join-String",
  ],
];

/** Types and their static members that the scripts use; each is in .NET Framework 4.5 (learn.microsoft.com/dotnet/api). */
const statics = new Set(
  `[Array]::Copy [Array]::Reverse [BitConverter]::GetBytes [BitConverter]::ToString [Diagnostics.Stopwatch]::Frequency
[Diagnostics.Stopwatch]::GetTimestamp [Environment]::Exit [Environment]::GetCommandLineArgs [Globalization.CultureInfo]::InvariantCulture
[Globalization.NumberStyles]::AllowHexSpecifier [Net.Dns]::GetHostAddressesAsync [Net.IPAddress]::Any [Net.IPAddress]::IPv6Any
[Net.IPAddress]::Parse [Console]::Error [Console]::In [Console]::IsInputRedirected [Console]::OpenStandardInput
[Console]::OpenStandardOutput [Console]::Out [Convert]::ToByte [Convert]::FromBase64String [Convert]::ToBase64String
[DateTime]::UtcNow [Diagnostics.Stopwatch]::StartNew [Environment]::GetEnvironmentVariable [Environment]::UserInteractive
[IO.File]::ReadAllBytes [Math]::Floor [Math]::Max [Math]::Min [Net.Dns]::GetHostAddresses [Net.IPAddress]::TryParse
[Net.NetworkCredential]::new [Net.Sockets.Socket]::Select [Net.Sockets.SocketError]::Success [PowerShell]::Create
[RunspaceFactory]::CreateRunspacePool [Security.Cryptography.SHA256]::Create [Text.Encoding]::ASCII [Text.Encoding]::UTF8`.split(
    /\s+/,
  ),
);
/** Commands of Windows PowerShell 5.1 that they use. */
const commands = new Set(
  `ConvertFrom-Json ConvertTo-Json ForEach-Object Get-NetTCPConnection Get-NetUDPEndpoint Move-Item New-Item New-Object Out-Null Read-Host Select-Object Set-Content Set-StrictMode
Remove-Item Sort-Object Start-Sleep Where-Object Write-Output`.split(/\s+/),
);

const scripts = [templates.powershell?.file, new URL("../../../worker/sockets.ps1", import.meta.url)].map(
  (file) => [file?.pathname.split("/").at(-1) ?? "", readFileSync(file ?? "", "utf8")] as const,
);
/** Without comments and without the text in single quotes, which are nobody's syntax. */
const codeOf = (text: string): string =>
  text
    .replaceAll(/@'\n[^]*?\n'@/g, "''")
    .replaceAll(/'(?:[^'\n]|'')*'/g, (quoted) => (/^'[a-z]'$/i.test(quoted) ? quoted : "''"))
    .replaceAll(/(^|\s)#.*$/gm, "$1");
const laterIn = (text: string): string[] =>
  later.filter(([, pattern]) => pattern.test(codeOf(text))).map(([name]) => name);
const allIn = (text: string, pattern: RegExp): string[] => [...new Set(codeOf(text).match(pattern) ?? [])];

describe.each(scripts)("%s in Windows PowerShell 5.1, which no test here can run", (_name, text) => {
  it("has nothing that came later", () => expect(laterIn(text)).toEqual([]));

  it.each(later)("with %s it would be found", (name, _pattern, line) => {
    expect(laterIn(`${text}\n${line}\n`)).toContain(name);
  });

  it("uses no class and no command but those that are known to be there", () => {
    const own = new Set(allIn(text, /(?<=function )\w+-\w+/g));
    const used = allIn(text, /(?<![\w$-])[A-Z][a-z]+-[A-Z]\w+/g).filter((command) => !own.has(command));
    expect(used.filter((command) => !commands.has(command))).toEqual([]);
    expect(allIn(text, /\[[A-Z][\w.]*\]::\w+/g).filter((member) => !statics.has(member))).toEqual([]);
  });
});
