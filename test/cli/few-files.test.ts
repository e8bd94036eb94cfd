import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { explainError } from "../../src/commands/explain-error.ts";
import { bin, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
let server: Server;
beforeAll(async () => {
  server = createServer((socket) => socket.on("error", () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

/** Runs `check` where a process may open so many files and no more. */
function checkWith(files: number) {
  const { port } = server.address() as { port: number };
  sandbox.write("portmatrix.yaml", topologyOf([{ from: "cmk", to: "web01", tcp: port }]));
  const line = `ulimit -n ${files}; exec "$@"`;
  const args = ["check", ...onlyExtra, "--format", "nagios", "--format", `html=${files}.html`];
  return start(["sh", "-c", line, "sh", process.execPath, bin, ...args], { cwd: sandbox.path(".") }).finished;
}

it("a check is the same where a process may open 24, 70 or 96 files", async () => {
  for (const { code, stdout } of await Promise.all([24, 70, 96].map(checkWith)))
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^PORTMATRIX OK - .*1 pass/) });
});

it("fewer files than Node itself needs are named with the remedy, and nothing is sent", async () => {
  const { code, stdout, stderr } = await checkWith(19);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(
    /^portmatrix: cannot start: .*at most 19 \(`ulimit -n`\); allow more, e\.g\. `ulimit -n 1024`\n$/,
  );
});

it("a message names the limit of the process or none, however early the files run out", async () => {
  sandbox.write("portmatrix.yaml", topologyOf([{ from: "cmk", to: "web01", tcp: 1 }]));
  const planWith = (held: number) => {
    const opened = Array.from({ length: held }, (_, at) => `exec ${at + 3}</dev/null; `).join("");
    const args = ["sh", "-c", `ulimit -n 24; ${opened}exec "$@"`, "sh", process.execPath, bin, "plan"];
    return start(args, { cwd: sandbox.path(".") }).finished;
  };
  const ran = await Promise.all([0, 1, 2, 3, 4, 5, 6].map(planWith));
  const said = ran.map(({ stderr }) => stderr).filter((text) => text.startsWith("portmatrix: cannot"));
  expect(said.length).toBeGreaterThan(0);
  for (const text of said)
    expect(text).toMatch(/\(EMFILE\)(?:: at most 24 \(`ulimit -n`\))?; allow more, e\.g\. `ulimit -n 1024`\n$/);
});

it("files that run out later are no internal error", () => {
  const error = Object.assign(new Error("EMFILE"), { code: "EMFILE" });
  const { text, code } = explainError(error, { showsStack: false });
  expect(code).toBe(3);
  expect(text).toMatch(
    /^portmatrix: cannot go on: too many files are open \(EMFILE\): at most \d+ \(`ulimit -n`\); allow more/,
  );
});
