// Where the program in one file begins, in place of bin/portmatrix.cjs; build/binary.mjs bundles it. The first lines are
// those of that file, and for the same reasons. It is its own helper for names as well, because it takes no `-e`.
import { setFlagsFromString } from "node:v8";

process.env.UV_THREADPOOL_SIZE ??= process.argv[2] === "agent" ? "64" : "8"; // as bin/portmatrix.cjs does
setFlagsFromString("--heap-growing-percent=100");
void import("../src/vantage/lookup-child.ts").then(({ lookupsWord, serveLookups }) =>
  process.argv[2] === lookupsWord ? serveLookups() : import("../src/cli.ts"),
);
