import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { troubles } from "./troubleshooting-world.ts";
import { useLab } from "./use-lab.ts";

const file = fileURLToPath(new URL("../../docs/troubleshooting.md", import.meta.url));
let found: Awaited<ReturnType<typeof troubles>> = [];
useLab(["dnsmasq", "python3", "setpriv", "prlimit", "ssh"], async (lab) => {
  found = await troubles(lab);
});

/** The parts of the page: a heading with its number, and the block below it. */
const part = /^## (\d+)\. (.+)\n\n```text\n([\s\S]*?)\n?```$/gm;

test("docs/troubleshooting.md shows what is said of each of the twenty", () => {
  const page = readFileSync(file, "utf8");
  if (process.env["UPDATE_GOLDEN"] === "1") {
    const texts = new Map(found);
    writeFileSync(
      file,
      page.replaceAll(
        part,
        (_, number, title: string) => `## ${number}. ${title}\n\n\`\`\`text\n${texts.get(title)}\n\`\`\``,
      ),
    );
    return;
  }
  const written = [...page.matchAll(part)].map(([, , title, text]) => [title, text]);
  expect(written).toEqual(found);
  expect(written).toHaveLength(20);
});
