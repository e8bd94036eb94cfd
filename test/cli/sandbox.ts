import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A directory of its own for each test of a file. */
export interface Sandbox {
  /** Absolute path inside the directory. */
  path: (name: string) => string;
  /** Writes a file and returns its absolute path; anything but text or bytes becomes JSON, which is YAML too. */
  write: (name: string, content: unknown, mode?: number) => string;
}

/** Gives each test a fresh directory and removes it afterwards. */
export function useSandbox(): Sandbox {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "portmatrix-cli-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const path = (name: string): string => join(directory, name);
  return {
    path,
    write: (name, content, mode = 0o644) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      const isRaw = typeof content === "string" || content instanceof Uint8Array;
      writeFileSync(path(name), isRaw ? content : JSON.stringify(content, null, 2), { mode });
      return path(name);
    },
  };
}
