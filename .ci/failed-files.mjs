// Prints the test files of a vitest JSON report in which something failed, one a line. Exits 1 when there is none, or
// when there are more than a busy machine explains: then a second try would only hide what is broken.
import { readFileSync } from "node:fs";

const most = 6;

const [report] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const failed = testResults.filter(
  ({ status, assertionResults }) => status === "failed" || assertionResults.some((test) => test.status === "failed"),
);
for (const { name } of failed) console.log(name);
if (failed.length > most) console.error(`${failed.length} files failed, more than ${most}: no second try`);
process.exitCode = failed.length > 0 && failed.length <= most ? 0 : 1;
