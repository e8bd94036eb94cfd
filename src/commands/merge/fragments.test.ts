import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { type TarEntry, packTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatherFragments } from "../../load/fragment/gather.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import type { Plan } from "../../model/flow.ts";
import { scriptPlanOf } from "../../probe/recorded/orders.ts";
import { loadPlan } from "../plan.ts";
import { writeScript } from "../script/text-of.ts";
import { type MergedFragments, mergeFragments } from "./fragments.ts";

const folder = mkdtempSync(join(tmpdir(), "portmatrix-fragments-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);
const nodes = ["cmk", "web01", "web02", "web03"];
const nowMs = Date.parse("2026-11-28T12:00:00Z");
const version = "1.0.0";
const options = { version, seed: "ab".repeat(16), timeoutMs: 2_000 };
let plan: Plan;
/** The lines of the fragment that a healthy script of a node brings. */
let healthy: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  const hosts = nodes.slice(1).map((name, index) => ({ name, address: `192.0.2.${10 + index}`, agent: "none" }));
  const topology = {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address: "192.0.2.5", sites: [{ name: "main" }] },
    hosts,
    requirements: [{ from: "hosts", to: "cmk", tcp: [22, 7001] }],
  };
  writeFileSync(at("t.json"), JSON.stringify(topology));
  const nothing = { env: {}, readStdin: () => Promise.resolve(new Uint8Array()), err: () => undefined };
  const { wholePlan } = await loadPlan(
    at("t.json"),
    { section: ["extra"], only: [], quiet: true },
    { ...nothing, signal: new AbortController().signal },
  );
  plan = wholePlan;
  healthy = Object.fromEntries(await Promise.all(nodes.slice(1).map(async (node) => [node, await linesOf(node)])));
});

async function linesOf(node: string): Promise<string[]> {
  const written = await scriptPlanOf(plan, node, options);
  const { id } = await writeScript("python", written);
  const facts = written.orders.map(({ number }) => `pm ${number} 192.0.2.5 error 0 ECONNREFUSED 512 0 none`);
  return [
    "pm format portmatrix-fragment/1",
    `pm version ${version}`,
    `pm node ${node}`,
    `pm plan ${written.plan}`,
    `pm seed ${options.seed}`,
    "pm timeout 2000",
    `pm script python ${id} -`,
    "pm tool Python 3.11.2",
    `pm began ${nowMs / 1_000 - 60}`,
    ...facts,
    `pm finished ${nowMs / 1_000 - 50}`,
  ];
}

/** A fragment whose count and sum are right, whatever its lines say. */
function sealed(lines: readonly string[]): string {
  const sum = createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");
  const last = `-----END PORTMATRIX FRAGMENT ${lines.length} sha256:${sum}-----`;
  return ["-----BEGIN PORTMATRIX FRAGMENT-----", ...lines, last, ""].join("\n");
}
const linesIn = (node: string): readonly string[] => healthy[node] ?? [];
const replaced = (lines: readonly string[], begin: string, by: string): string[] =>
  lines.map((line) => (line.startsWith(begin) ? by : line));

async function merge(...paths: string[]): Promise<MergedFragments> {
  const { fragments, others } = await gatherFragments(paths);
  expect(others).toEqual([]);
  return mergeFragments(fragments, { wholePlan: plan, nodes, version, nowMs, maxAgeMs: 24 * 3_600_000 });
}
const takenIn = ({ taken }: MergedFragments): string[] => taken.map(({ node }) => node).toSorted();

/** What can be wrong with the fragment of web01. Each is sealed again, so that nothing but that is wrong with it. */
const wrongs: Record<string, { text: (lines: readonly string[]) => string; why: RegExp }> = {
  "of another plan": {
    text: (lines) => sealed(replaced(lines, "pm plan", `pm plan ${"0".repeat(64)}`)),
    why: /another plan/,
  },
  stale: {
    text: (lines) =>
      sealed(replaced(replaced(lines, "pm finished", "pm finished 1700000060"), "pm began", "pm began 1700000000")),
    why: /--max-age grants/,
  },
  "still to come": {
    text: (lines) => sealed(replaced(lines, "pm finished", "pm finished 1999999999")),
    why: /still to come/,
  },
  "of a node that is not there": {
    text: (lines) => sealed(replaced(lines, "pm node", "pm node ../../etc/passwd")),
    why: /no node "..\/..\/etc\/passwd"/,
  },
  "of a node with escape sequences": {
    text: (lines) => sealed(replaced(lines, "pm node", "pm node \u001B]0;owned\u0007\u202Ex")),
    why: /no node/,
  },
  "of a node called __proto__": {
    text: (lines) => sealed(replaced(lines, "pm node", "pm node __proto__")),
    why: /no node "__proto__"/,
  },
  "of a script that was changed": {
    text: (lines) => sealed(replaced(lines, "pm script", `pm script python ${"1".repeat(64)} -`)),
    why: /was changed after it was written/,
  },
  "of a flow that was not asked": {
    text: (lines) => sealed([...lines, "pm 4711 192.0.2.5 quiet 0 1"]),
    why: /flow 4711, which its script did not have/,
  },
  "of an address that was not asked": {
    text: (lines) => sealed([...lines, "pm 1 198.51.100.7 open 1 - -"]),
    why: /an address that its script did not ask/,
  },
  truncated: { text: (lines) => sealed(lines).slice(0, -200), why: /breaks off|not whole/ },
  "with more facts than any script writes": {
    text: (lines) => sealed([...lines, ...Array<string>(300).fill("pm 1 192.0.2.5 received 0 1 00")]),
    why: /more than a script says/,
  },
  "with one line that is too long": {
    text: (lines) => sealed([...lines, `pm 1 192.0.2.5 received 0 1 ${"00".repeat(70_000)}`]),
    why: /flow 1 is not written as scripts write/,
  },
  "with half a million lines": {
    text: (lines) => sealed([...lines, ...Array<string>(500_001).fill("pm 1 192.0.2.5 quiet 0 1")]),
    why: /too large/,
  },
};

describe("fragments that are not taken", () => {
  it.each(Object.entries(wrongs))("%s: one line, and the others are there", async (_name, { text, why }) => {
    const files = [at("bad.txt"), at("good.txt")] as const;
    writeFileSync(files[0], text(linesIn("web01")));
    writeFileSync(files[1], sealed(linesIn("web02")) + sealed(linesIn("web03")));
    const merged = await merge(...files);
    expect(takenIn(merged)).toEqual(["web02", "web03"]);
    expect(merged.left).toHaveLength(1);
    expect(merged.left[0]).toMatch(why);
    expect(escapeUnseen(merged.left[0] ?? "")).toMatch(/^[^\p{C}]+$/u);
    // The twin: without the fault all are taken.
    writeFileSync(files[0], sealed(linesIn("web01")));
    expect(await merge(...files)).toMatchObject({ left: [], taken: [{}, {}, {}] });
  });

  it.each<[string, (text: string) => string, string]>([
    [
      "its first mark is damaged",
      (text) => text.replace("BEGIN", "BEG1N"),
      "the mark before its first line is missing",
    ],
    ["its first mark begins like JSON", (text) => `{${text.slice(1)}`, "the mark before its first line is missing"],
    [
      "its first line is cut",
      (text) => text.slice(text.indexOf("\n") + 1),
      "the mark before its first line is missing",
    ],
    ["both marks are damaged", (text) => text.replaceAll("PORTMATRIX", "P0RTMATRIX"), "the mark before its first line"],
    ["it is empty", () => "", "there is no fragment of a script in it, and no record of a responder"],
    ["it is something else", () => "#!/bin/sh\n", "there is no fragment of a script in it, and no record"],
    ["it is binary", () => "\u0000\u0001\u007fELF", "there is no fragment of a script in it, and no record"],
  ])("one that is named is one line where %s, and read without the fault", async (_name, spoil, why) => {
    const file = at("named.txt");
    writeFileSync(file, spoil(sealed(linesIn("web01"))));
    writeFileSync(at("good.txt"), sealed(linesIn("web02")));
    const merged = await merge(file, at("good.txt"));
    expect(takenIn(merged)).toEqual(["web02"]);
    expect(merged.left).toEqual([expect.stringContaining(why)]);
    expect(merged.left[0]?.startsWith(`${file}: `)).toBe(true);
    writeFileSync(file, sealed(linesIn("web01")));
    expect(await merge(file, at("good.txt"))).toMatchObject({ left: [], taken: [{}, {}] });
  });

  const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
  it.each<[string, (text: string) => string, BufferEncoding]>([
    ["sh writes it", (text) => text, "utf8"],
    ["PowerShell 7 writes it on Windows", crlf, "utf8"],
    ["PowerShell 5.1 writes it by >", (text) => `\uFEFF${crlf(text)}`, "utf16le"],
    ["PowerShell writes it where it has no hashes", (text) => text.replace(/sha256:\w+/, "-"), "utf8"],
  ])(
    "one that is stopped on its way out, as %s, is told as incomplete wherever it ends",
    async (_name, as, encoding) => {
      const whole = as(sealed(linesIn("web01")).trimEnd());
      const lineEnds = [...whole.matchAll(/\r?\n/g)].flatMap(({ index, 0: end }) => [index, index + end.length]);
      const last = whole.lastIndexOf("\n") + 1;
      const inLastLine = Array.from({ length: whole.length - last }, (_, count) => last + count);
      const write = (text: string) => writeFileSync(at("cut.txt"), Buffer.from(text, encoding));
      for (const length of [...lineEnds, last - 6, ...inLastLine]) {
        write(whole.slice(0, length));
        const { taken, left } = await merge(at("cut.txt"));
        expect({ taken, left }).toEqual({
          taken: [],
          left: [expect.stringMatching(/: it breaks off before its end$|: it is damaged: its last line is not whole$/)],
        });
      }
      write(whole);
      expect(await merge(at("cut.txt"))).toMatchObject({ left: [], taken: [{ node: "web01" }] });
    },
  );

  it("what is JSON is left to the reader of a responder's record", async () => {
    writeFileSync(at("record.json"), ' {"format":"portmatrix-arrivals/1"}');
    expect(await gatherFragments([at("record.json")])).toEqual({ fragments: [], others: [at("record.json")] });
  });

  it("what a hostile host says in a fragment that is taken is text, and nothing else", async () => {
    const hostile = Buffer.from("\u001B[2J<script>alert(1)</script>\n=cmd()|x\u202E").toString("hex");
    const lines = linesIn("web01").map((line) =>
      line.startsWith("pm 1 ") ? `pm 1 - unsent not-supported ${hostile}` : line,
    );
    writeFileSync(at("hostile.txt"), sealed(replaced(lines, "pm tool", "pm tool \u001B[2JPython")));
    const merged = await merge(at("hostile.txt"));
    expect(takenIn(merged)).toEqual(["web01"]);
  });
});

describe("fragments in archives and directories", () => {
  const pack = (entries: TarEntry[]): Promise<Uint8Array> => packTar(entries);
  const file = (name: string, body: string): TarEntry => ({ header: { name, size: body.length, type: "file" }, body });

  it("are read from a tar, a compressed tar, a directory in a directory", async () => {
    const tar = await pack([file("web01.txt", sealed(linesIn("web01")))]);
    writeFileSync(at("one.tar"), tar);
    const other = await pack([file("web02.txt", sealed(linesIn("web02")))]);
    writeFileSync(at("two.tar.gz"), gzipSync(other));
    mkdirSync(at("in", "deep"), { recursive: true });
    writeFileSync(at("in", "deep", "web03.txt"), sealed(linesIn("web03")));
    writeFileSync(at("in", "notes.txt"), "hello");
    const merged = await merge(at("one.tar"), at("two.tar.gz"), at("in"));
    expect(takenIn(merged)).toEqual(["web01", "web02", "web03"]);
    expect(merged.left).toEqual([`${at("in", "notes.txt")}: there is no fragment of a script in it`]);
  });

  it("a tar that climbs out, links, names devices or lies: files in it count, nothing is written, links are not followed", async () => {
    const entries: TarEntry[] = [
      file("../../../../tmp/portmatrix-climbs.txt", sealed(linesIn("web01"))),
      file("/etc/absolute.txt", sealed(linesIn("web02"))),
      { header: { name: "link", size: 0, type: "symlink", linkname: at("secret.txt") } },
      { header: { name: "hard", size: 0, type: "link", linkname: "/etc/passwd" } },
      { header: { name: "device", size: 0, type: "character-device" } },
      { header: { name: "folder/", size: 0, type: "directory" } },
      file("evil\u001B[2J\nname.txt", "no fragment"),
    ];
    writeFileSync(at("secret.txt"), sealed(linesIn("web03")));
    writeFileSync(at("hostile.tar"), await pack(entries));
    const merged = await merge(at("hostile.tar"));
    expect(takenIn(merged)).toEqual(["web01", "web02"]);
    expect(merged.left.map(escapeUnseen)).toEqual([
      expect.stringMatching(/^[^\p{C}]*name\.txt: there is no fragment of a script in it$/u),
    ]);
  });

  it("a symbolic link in a directory is not followed", async () => {
    mkdirSync(at("links"));
    writeFileSync(at("outside.txt"), sealed(linesIn("web01")));
    symlinkSync(at("outside.txt"), at("links", "inside.txt"));
    writeFileSync(at("links", "own.txt"), sealed(linesIn("web02")));
    expect(takenIn(await merge(at("links")))).toEqual(["web02"]);
  });

  it.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ["a bomb", () => Promise.resolve(gzipSync(Buffer.alloc(257 * 1024 * 1024), { level: 1 })), /unpacks to more than/],
    [
      "a compressed file that breaks off",
      () => Promise.resolve(gzipSync("x".repeat(9_000)).subarray(0, 20)),
      /damaged/,
    ],
    [
      "a tar that breaks off",
      async () => (await pack([file("a", "x".repeat(5_000))])).subarray(0, 2_000),
      /damaged|no fragment/,
    ],
    [
      "more files than anybody has nodes",
      () => pack(Array.from({ length: 10_001 }, (_, number) => file(`f${number}`, ""))),
      /more than 10000 files/,
    ],
  ])("%s is one line, and the others are there", { timeout: 60_000 }, async (_name, bytes, why) => {
    writeFileSync(at("bad.bin"), await bytes());
    writeFileSync(at("good.txt"), sealed(linesIn("web01")));
    const merged = await merge(at("bad.bin"), at("good.txt"));
    expect(takenIn(merged)).toEqual(["web01"]);
    expect(merged.left).toEqual([expect.stringMatching(why)]);
  });

  it("whatever is done to one of them, in whatever it comes, costs one line and no other (500 mutations)", async () => {
    const kinds = Object.keys(wrongs).filter((name) => name !== "with half a million lines");
    const mutation = fc.record({
      kind: fc.constantFrom("flip", "cut", "double", "line", ...kinds),
      at: fc.nat(),
      text: fc.oneof(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.constantFrom("pm", "pm 1", "pm node x", "\u0000"),
      ),
      comesIn: fc.constantFrom("file", "directory", "tar", "tar.gz"),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async ({ kind, at: where, text, comesIn }) => {
        const own = sealed(linesIn("web01"));
        const place = where % own.length;
        const changed =
          kind === "flip"
            ? own.slice(0, place) + text.slice(0, 1) + own.slice(place + 1)
            : kind === "cut"
              ? own.slice(0, place)
              : kind === "double"
                ? own.slice(0, place) + own.slice(place / 2)
                : kind === "line"
                  ? own.replace("pm tool", () => `${text}\npm tool`)
                  : (wrongs[kind]?.text(linesIn("web01")) ?? own);
        const path = at(`run-${(run += 1) % 4}`);
        rmSync(path, { recursive: true, force: true });
        const body = Buffer.from(changed);
        const header = { name: "../web01.txt", size: body.length, type: "file" as const };
        if (comesIn === "directory") {
          mkdirSync(path);
          writeFileSync(join(path, "web01.txt"), body);
        } else if (comesIn === "file") writeFileSync(path, body);
        else {
          const tar = await pack([{ header, body }, file("web03.txt", sealed(linesIn("web03")))]);
          writeFileSync(path, comesIn === "tar" ? tar : gzipSync(tar, { level: 1 }));
        }
        writeFileSync(at("web02.txt"), sealed(linesIn("web02")));
        const merged = await merge(at("web02.txt"), path);
        const others = comesIn.startsWith("tar") ? ["web02", "web03"] : ["web02"];
        expect(takenIn(merged).filter((node) => node !== "web01")).toEqual(others);
        for (const line of merged.left) expect(escapeUnseen(line)).toMatch(/^[^\p{C}]*$/u);
        // It is there, or there is a line about it.
        if (!takenIn(merged).includes("web01")) expect(merged.left).not.toEqual([]);
        // What was read without a complaint is what the script wrote, or what it wrote among lines of somebody else.
        if (kinds.includes(kind)) expect([takenIn(merged).includes("web01"), merged.left.length]).toEqual([false, 1]);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  }, 60_000);
});
