import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isRequired, labCalled, repository } from "../lab/driver.ts";

/** How compose is called, and the project that is up: as for `lab/on`. */
const compose = (process.env["LAB_COMPOSE"] ?? "docker compose").split(" ");
const lab = labCalled(process.env["LAB_NAME"] ?? "portmatrix-lab");

const ask = (...words: string[]) => {
  const [program = "", ...args] = [...compose, ...words];
  return spawnSync(program, args, { cwd: repository, encoding: "utf8", maxBuffer: 64e6 });
};
const noCompose = /\bv?2\.\d|\bv?[3-9]\.\d/.test(ask("version", "--short").stdout ?? "")
  ? undefined
  : "there is no docker client with compose v2 here";
const noNodes =
  noCompose ??
  ((ask("-p", lab.name, "ps", "-q").stdout ?? "").trim() === ""
    ? "the lab is not up in containers: docker compose up --build --wait"
    : undefined);
const skipped = (reason: string | undefined) => (reason === undefined ? "" : ` (skipped: ${reason})`);

it.runIf(isRequired)("compose and the lab's containers are here", () => {
  expect(noNodes).toBeUndefined();
});

describe.skipIf(noCompose !== undefined)(`docker-compose.yml${skipped(noCompose)}`, () => {
  it("means the same to compose as to the driver", async () => {
    const printed = ask("--profile", "*", "config", "--format", "json");
    expect(printed.stderr).toBe("");
    const read = spawnSync(process.execPath, ["lab/driver.mjs", "description", "--compose"], {
      cwd: repository,
      encoding: "utf8",
      input: printed.stdout,
    });
    expect(read.stderr).toBe("");
    expect(JSON.parse(read.stdout)).toEqual(JSON.parse(await lab.drive("description")));
  });
});

describe.skipIf(noNodes !== undefined)(`the lab in containers${skipped(noNodes)}`, () => {
  it("shows every flow as described, from every vantage point", async () => {
    expect(await lab.drive("prove")).toContain("flows as described");
  });
});
