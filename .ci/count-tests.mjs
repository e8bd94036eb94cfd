// Adds up vitest's JSON reports and prints `N passed, N failed, N skipped`. Exits 1 when a test failed or none ran,
// and with --no-skips also when one was skipped, naming it; --may-skip=TEXT excepts those whose file's name has TEXT.
// Of a test file that stands in several reports the last counts: it had a second try. Reports that are not there are
// left out.
import { existsSync, readFileSync } from "node:fs";

const args = process.argv.slice(2);
const mayNotSkip = args.includes("--no-skips");
const except = args.find((arg) => arg.startsWith("--may-skip="))?.slice("--may-skip=".length);
const files = args.filter((arg) => !arg.startsWith("--"));
const counts = { passed: 0, failed: 0, skipped: 0 };
const skipped = [];

const suites = new Map();
for (const file of files.filter((name) => existsSync(name))) {
  for (const suite of JSON.parse(readFileSync(file, "utf8")).testResults) suites.set(suite.name, suite);
}

for (const suite of suites.values()) {
  // A file that could not be loaded has no tests, but it failed.
  if (suite.status === "failed" && suite.assertionResults.length === 0) counts.failed += 1;
  for (const test of suite.assertionResults) {
    if (test.status === "passed") counts.passed += 1;
    else if (test.status === "failed") counts.failed += 1;
    else {
      counts.skipped += 1;
      if (except === undefined || !suite.name.includes(except)) skipped.push(`${suite.name}: ${test.fullName}`);
    }
  }
}

if (mayNotSkip && skipped.length > 0)
  console.error(`these tests are required, but were skipped:\n${skipped.join("\n")}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
const isGood = counts.failed === 0 && counts.passed > 0 && !(mayNotSkip && skipped.length > 0);
process.exitCode = isGood ? 0 : 1;
