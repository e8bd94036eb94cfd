// Where the program in one file begins, in place of bin/portmatrix.cjs; build/binary.mjs bundles it. The first lines are
// those of that file, and for the same reasons. It is its own helper for names, and the process that listens for root, because it takes no `-e`.
import { setFlagsFromString } from "node:v8";

process.env.UV_THREADPOOL_SIZE ??= process.argv[2] === "agent" ? "64" : "8"; // as bin/portmatrix.cjs does
setFlagsFromString("--heap-growing-percent=100");
void Promise.all([import("../src/vantage/lookup-child.ts"), import("../src/responder/without-root.ts")]).then(
  ([{ lookupsWord, serveLookups }, { rootlessWord, beRootless }]) => {
    if (process.argv[2] === lookupsWord) serveLookups();
    else if (process.argv[2] === rootlessWord) beRootless();
    else return import("../src/cli.ts");
  },
);
