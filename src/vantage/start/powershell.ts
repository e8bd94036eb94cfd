/**
 * What starts it so that it takes its commands from stdin. Windows cuts command lines off at 8,191 characters in `cmd`, so
 * nothing but this is in one.
 */
export const powershellArguments = ["-NoProfile", "-NonInteractive", "-Command", "-"] as const;

/**
 * What PowerShell runs first: it says `source`, reads the worker's source from stdin (its length in characters, LF, the
 * source, which is ASCII) and runs it with the rest of stdin. It says so where it may not make sockets, which is so in
 * Constrained Language, or is too old. One line, and an empty one behind it, without which PowerShell waits for more.
 */
export const powershellScript = `& {
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') { ''; '{"type":"refused","cause":"constrained-language"}'; exit 1 }
if ($PSVersionTable.PSVersion.Major -lt 5) { ''; '{"type":"refused","cause":"old-powershell","version":"' + $PSVersionTable.PSVersion + '"}'; exit 1 }
$take = [Console]::In
[Console]::Out.Write("\`n{\`"type\`":\`"source\`",\`"runtime\`":\`"powershell\`",\`"version\`":\`"$($PSVersionTable.PSVersion)\`"}\`n")
[Console]::Out.Flush()
do { $size = $take.ReadLine() } while ($size -eq '')
if ($null -eq $size) { exit 0 }
$characters = New-Object char[] ([int]$size)
if ($take.ReadBlock($characters, 0, $characters.Length) -ne $characters.Length) { exit 0 }
& ([ScriptBlock]::Create((New-Object string (, $characters))))
}`
  .replaceAll(/\n(?=\})/g, " ")
  .replaceAll("{\n", "{ ")
  .replaceAll("\n", "; ")
  .concat("\n\n");
