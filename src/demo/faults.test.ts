import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { listFaults } from "./faults.ts";

const read = (file: string): string => readFileSync(`${import.meta.dirname}/../../${file}`, "utf8");
const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

it("README, help and the reference tell the number of faults that there are", () => {
  const ports = { closedAgent: 1, strictAgent: 2, switchSnmp: 3, labReceiver: 4, otherReceiver: 5, openLivestatus: 6 };
  const { length } = listFaults({ ...ports, license: { address: "127.0.0.1", port: 7 } });
  const told = ["README.md", "src/commands/program.ts", "docs/commands.md", "man/portmatrix-demo.1"].flatMap((file) =>
    [...read(file).matchAll(/with (\w+)\s+faults|, (\d+) faults/g)].map(([, word, digits]) => [file, word ?? digits]),
  );
  expect(told).toEqual([
    ["README.md", words[length]],
    ["README.md", String(length)],
    ["src/commands/program.ts", words[length]],
    ["docs/commands.md", words[length]],
    ["man/portmatrix-demo.1", words[length]],
  ]);
});
