import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Set by .ci/run: the file that takes the counts of passed, failed and skipped tests. */
const reportFile = process.env["PORTMATRIX_TEST_REPORT"];

/** Test files at a time. Vitest itself leaves one processor free, which on a small machine is half of it. */
const maxWorkers = availableParallelism();
/** What probes waits for deadlines most of the time: with one file for each processor four fifths of it are idle. */
const waiting = 2 * maxWorkers;

/**
 * In CI a test has a second try: daemons and deadlines depend on how busy a shared machine is. What fails twice fails;
 * elsewhere nothing is tried twice.
 */
const retry = process.env["CI"] === "true" ? 1 : 0;

/** Stages that do no input and output. */
const pure = ["diagnose", "judge", "model", "plan", "report", "wire"];

/** It counts what code is executed, so no other file may share its modules. */
const counting = "test/report/growth.test.ts";

/** Network tests that take all processors, or measure what the others would disturb. */
const alone = ["test/net/scale.test.ts", "test/net/exactness.test.ts"];

/** What is proven by smaller tests as well, and takes a minute or more: `npm run test:lab`, not CI. */
const more = [
  "test/lab-more/**/*.test.ts",
  "test/cli/{ci-recipes,signals,import/failures}.test.ts",
  "src/commands/script/powershell.test.ts",
  "test/net/{many-vantages,host-rules,responder-abuse,rungs,troubleshooting,listen,ssh,inspection}.test.ts",
];

export default defineConfig({
  test: {
    reporters: reportFile === undefined ? ["default"] : ["default", ["json", { outputFile: reportFile }]],
    projects: [
      {
        // Functions without sockets, processes and mocks: their modules are loaded once for all files.
        test: {
          name: "pure",
          retry,
          include: [
            ...pure.map((stage) => `src/${stage}/**/*.test.ts`),
            "test/{catalog,architecture,report}/**/*.test.ts",
          ],
          exclude: [counting],
          testTimeout: 20_000,
          maxWorkers,
          isolate: false,
        },
      },
      {
        test: {
          name: "unit",
          retry,
          include: ["src/**/*.test.ts", "test/*.test.ts", counting],
          exclude: [...pure.map((stage) => `src/${stage}/**`), ...more],
          testTimeout: 20_000,
          maxWorkers: waiting,
          sequence: { groupOrder: 1 }, // after those that take the processors
        },
      },
      {
        test: {
          name: "browser",
          retry,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "lab",
          retry,
          include: ["test/lab/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "more",
          include: more,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "standins",
          retry,
          include: ["test/standins/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "containers",
          retry,
          include: ["test/containers/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        // The worlds of the examples are built in namespaces, in a hook.
        test: {
          name: "cli",
          retry,
          include: ["test/cli/**/*.test.ts"],
          exclude: more,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: waiting,
          sequence: { groupOrder: 1 }, // after those that take the processors
        },
      },
      {
        test: {
          name: "net",
          retry,
          include: ["test/net/**/*.test.ts"],
          exclude: [...alone, ...more],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: waiting,
          sequence: { groupOrder: 1 }, // after those that take the processors
        },
      },
      {
        test: {
          name: "net-alone",
          retry,
          include: alone,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
