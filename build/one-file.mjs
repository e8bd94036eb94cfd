// Where the program in one file begins, in place of bin/portmatrix.cjs; build/binary.mjs bundles it. It is its own helper
// for names, and the process that listens for root, because it takes no `-e`.
import { prepareProcess } from "../bin/process-settings.cjs";

prepareProcess();
void Promise.all([import("../src/vantage/lookup-child.ts"), import("../src/responder/without-root.ts")]).then(
  ([{ lookupsWord, serveLookups }, { rootlessWord, beRootless }]) => {
    if (process.argv[2] === lookupsWord) serveLookups();
    else if (process.argv[2] === rootlessWord) beRootless();
    else return import("../src/cli.ts");
  },
);
