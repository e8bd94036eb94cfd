#!/usr/bin/env node
// Names are resolved in libuv's thread pool, whose size is read once, before the first ES module is loaded. Hence this
// file, which is not one. 64 threads let one dead name server not hold up every other name.
process.env.UV_THREADPOOL_SIZE ??= "64";
import("../dist/cli.js");
