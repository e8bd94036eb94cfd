import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (file: string): string => readFileSync(new URL(`../../worker/${file}`, import.meta.url), "utf8");
const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, names = ""]) => names.split(/,\s*/)).toSorted();

it("the worker in Python keeps to the grammar of 3.6 and to the standard library", () => {
  const check = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 6))";
  execFileSync("python3", ["-c", check], { input: read("sockets.py") });
  expect(found(read("sockets.py"), /^import (.+)$/gm)).toEqual([
    "collections",
    "errno",
    "io",
    "json",
    "os",
    "re",
    "selectors",
    "socket",
    "struct",
    "subprocess",
    "sys",
    "threading",
    "time",
  ]);
});

it("the worker in perl uses no module that perl-base lacks, but one that it can do without", () => {
  expect(found(read("sockets.pl"), /^use (\w+)/gm)).toEqual([
    "Errno",
    "Fcntl",
    "POSIX",
    "Socket",
    "strict",
    "warnings",
  ]);
  expect(found(read("sockets.pl"), /\brequire ([\w:]+)/g)).toEqual(["Time::HiRes"]);
  expect(read("sockets.pl")).toContain("eval { require Time::HiRes;");
});

it("no worker writes a file", () => {
  const powershell = read("sockets.ps1").replaceAll(/^\s*#.*$/gm, "");
  expect(powershell).not.toMatch(/Add-Type|Out-File|Set-Content|Add-Content|New-Item|\[IO\.|System\.IO|[^-]>/);
  expect(read("sockets.py").match(/\bio\.\w+\([^)]*\)/g)).toEqual(["io.FileIO(path)"]); // which reads, unless it is told otherwise
  expect(read("sockets.py")).not.toMatch(/\bopen\(|\bmkstemp|tempfile/);
  expect([...new Set(found(read("sockets.pl"), /\bopen (\w+), ">/g))]).toEqual(["STDERR", "STDOUT"]); // of a child, to a pipe
  const shell = read("sockets.sh")
    .replaceAll(/^\s*#.*$/gm, "")
    .replaceAll(/\(\(.*?\)\)/g, "");
  const targets = found(shell, /[^<>]>\s*([^\s;)>]+)/g).filter((target) => !target.startsWith("&"));
  expect([...new Set(targets)]).toEqual(["(", "/dev/null"]);
});
