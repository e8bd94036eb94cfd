// What the process needs before anything else, for bin/portmatrix.cjs and the program in one file (build/one-file.mjs).

exports.prepareProcess = () => {
  // The size of libuv's thread pool is read once, with its first task, so it is set here. An agent looks up names in it,
  // where 64 threads let one dead name server not hold up every other name. Everybody else has a process for names
  // (src/vantage/lookup-child.ts); making 64 threads and ending them would take as long as a tenth of a short command.
  process.env.UV_THREADPOOL_SIZE ??= process.argv[2] === "agent" ? "64" : "8";
  // A large run makes much garbage. Collected when the heap has doubled, and not only at four times, it takes a fifth less
  // memory for 5 % more time (bench/README.md). Node 20 to 25 know this flag; an unknown one would print an error.
  if (Number.parseInt(process.versions.node, 10) <= 25) {
    require("node:v8").setFlagsFromString("--heap-growing-percent=100");
  }
};
