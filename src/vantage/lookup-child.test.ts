import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openLookups } from "./lookup-child.ts";

type Answer = { error: NodeJS.ErrnoException | null; addresses: string[] };

const ask = (lookups: ReturnType<typeof openLookups>, name: string) =>
  new Promise<Answer>((resolve) =>
    lookups.lookup(name, (error, found) => resolve({ error, addresses: found.map(({ address }) => address) })),
  );

/** Process ids of the helpers that this process has started. */
function helpers(): string[] {
  const read = (path: string): string => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return readdirSync("/proc").filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(read(`/proc/${pid}/status`)) &&
      read(`/proc/${pid}/cmdline`).includes('require("node:dns")'),
  );
}

it("answers as getaddrinfo does, with its error codes, and starts again after it was closed", async () => {
  const lookups = openLookups();
  const [known, again, unknown] = await Promise.all(
    ["localhost", "localhost", "no-such-name.invalid"].map((name) => ask(lookups, name)),
  );
  expect(known?.error).toBeNull();
  expect(known?.addresses).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:127\.|::1$)/)]));
  expect(again).toEqual(known);
  expect(unknown?.error?.code).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  expect(helpers()).toHaveLength(1);
  lookups.close();
  while (helpers().length > 0) await sleep(20);
  expect((await ask(lookups, "localhost")).addresses).toEqual(known?.addresses);
  lookups.close();
});

it("looks up here what a helper that was killed has not answered", async () => {
  const lookups = openLookups();
  await ask(lookups, "localhost");
  for (const pid of helpers()) process.kill(Number(pid), "SIGKILL");
  expect((await ask(lookups, "localhost")).error).toBeNull();
  while (helpers().length > 0) await sleep(20);
  expect((await ask(lookups, "localhost")).error).toBeNull();
});
