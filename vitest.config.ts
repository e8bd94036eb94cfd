import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Set by .ci/run: the file that takes the counts of passed, failed and skipped tests. */
const reportFile = process.env["PORTMATRIX_TEST_REPORT"];

/** Test files at a time. Vitest itself leaves one processor free, which on a small machine is half of it. */
const maxWorkers = availableParallelism();

/**
 * In CI a test has a second try: daemons and deadlines depend on how busy a shared machine is. What fails twice fails;
 * elsewhere nothing is tried twice.
 */
const retry = process.env["CI"] === "true" ? 1 : 0;

/** Network tests that take all processors, or measure what the others would disturb. */
const alone = ["test/net/scale.test.ts", "test/net/exactness.test.ts"];

export default defineConfig({
  test: {
    reporters: reportFile === undefined ? ["default"] : ["default", ["json", { outputFile: reportFile }]],
    projects: [
      {
        test: {
          name: "unit",
          retry,
          include: [
            "src/**/*.test.ts",
            "test/catalog/**/*.test.ts",
            "test/architecture/**/*.test.ts",
            "test/report/**/*.test.ts",
            "test/*.test.ts",
          ],
          testTimeout: 20_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "browser",
          retry,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "lab",
          retry,
          include: ["test/lab/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // What only repeats another proof: `npm run test:lab`, not CI.
        test: {
          name: "lab-more",
          include: ["test/lab-more/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "net",
          retry,
          include: ["test/net/**/*.test.ts"],
          exclude: alone,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers,
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
