import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../../lab/standins/ssh-key.mjs", import.meta.url));
const derive = (part: string, secret: string) =>
  execFileSync(process.execPath, [script, part, secret], { encoding: "utf8" });

it.each(["portmatrix-lab", "", "ünïcode"])(
  "ssh-keygen reads the key of %j and finds the same public half",
  (secret) => {
    const directory = mkdtempSync(join(tmpdir(), "portmatrix-key-"));
    try {
      const file = join(directory, "key");
      writeFileSync(file, derive("private", secret), { mode: 0o600 });
      expect(execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" })).toBe(derive("public", secret));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

it("gives the same key for the same secret only", () => {
  expect(derive("public", "a")).toBe(derive("public", "a"));
  expect(derive("public", "a")).not.toBe(derive("public", "b"));
});
