import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root, start } from "./program.ts";

/** Node 22.1 and later keep compiled code themselves; dist/compiled.bin is not made there. */
const isOurs = createRequire(import.meta.url)("node:module").enableCompileCache === undefined;
/** Preloaded: tells on stderr of which files V8 was given compiled code, and whether it took it. */
const witness = `
const vm = require("node:vm");
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (!options?.filename?.includes("/dist/")) return;
    process.stderr.write(options.cachedData === undefined ? "none\\n" : this.cachedDataRejected ? "rejected\\n" : "taken\\n");
  }
};`;

let copy: string;
let built: Buffer;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "portmatrix-compiled-"));
  for (const name of ["bin", "dist", "package.json"]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "witness.cjs"), witness);
  built = isOurs ? readFileSync(join(copy, "dist/compiled.bin")) : Buffer.alloc(0);
});
beforeEach(() => {
  if (isOurs) writeFileSync(join(copy, "dist/compiled.bin"), built);
});
afterAll(() => rmSync(copy, { recursive: true }));

/** What the copy says of its version, and the different things that became of the compiled code. */
async function version(...flags: string[]): Promise<{ says: string; became: string[] }> {
  const argv = [...flags, "-r", join(copy, "witness.cjs"), join(copy, "bin/portmatrix.cjs"), "--version"];
  const { stdout, stderr, code } = await start([process.execPath, ...argv]).finished;
  expect(code).toBe(0);
  return { says: stdout.trim(), became: [...new Set(stderr.trim().split("\n"))].filter((word) => word !== "") };
}

const { version: says } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
/** The bytes of the head, and where it ends. */
const headOf = (bytes: Buffer): [string, number] => {
  const end = 4 + bytes.readUInt32LE(0);
  return [bytes.toString("latin1", 4, end), end];
};
const write = (bytes: Uint8Array): void => writeFileSync(join(copy, "dist/compiled.bin"), bytes);

describe.runIf(isOurs)("compiled code", () => {
  it("is taken for every file of the start", async () => {
    expect(await version()).toEqual({ says, became: ["taken"] });
  });

  it("does not matter: missing, cut off, or of another Node", async () => {
    rmSync(join(copy, "dist/compiled.bin"));
    expect(await version()).toEqual({ says, became: [] });
    for (const bytes of [Buffer.alloc(0), Buffer.from("no code"), built.subarray(0, 200)]) {
      write(bytes);
      expect(await version()).toEqual({ says, became: [] });
    }
    const [head, end] = headOf(built);
    const other = head.replace(process.version, `v${"9".repeat(process.version.length - 1)}`);
    expect(other).not.toBe(head);
    write(Buffer.concat([built.subarray(0, 4), Buffer.from(other, "latin1"), built.subarray(end)]));
    expect(await version()).toEqual({ says, became: [] });
  });

  it("is not taken where it is damaged, or was made of another text", async () => {
    const bytes = Buffer.from(built);
    const [, end] = headOf(bytes);
    for (let at = end; at < bytes.length; at += 64) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    write(bytes);
    expect(await version()).toEqual({ says, became: ["none"] });
    write(built);
    const file = join(copy, "dist/cli.cjs");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("interrupted", "interruptED").replace("interruptED", "interrupteD"));
    const { became } = await version();
    writeFileSync(file, text);
    expect(became.toSorted()).toEqual(["none", "taken"]);
  });

  it("is refused by V8 with other flags, and the program runs without", async () => {
    expect(await version("--max-lazy")).toEqual({ says, became: ["rejected"] });
  });
});

it("names the line of the built file in a stack", async () => {
  const file = join(copy, "dist/cli.cjs");
  const text = readFileSync(file, "utf8");
  const at = text.lastIndexOf("void main()");
  expect(at).toBeGreaterThan(0);
  const before = `${text.slice(0, at)}\n`;
  const broken = 'Error.stackTraceLimit = 5; throw new Error("on purpose");';
  writeFileSync(file, before + broken + text.slice(at + "void main()".length));
  const { stderr } = await start([process.execPath, join(copy, "bin/portmatrix.cjs"), "plan", "/nowhere"]).finished;
  writeFileSync(file, text);
  expect(stderr).toContain(`dist/cli.cjs:${before.split("\n").length}:`);
});
