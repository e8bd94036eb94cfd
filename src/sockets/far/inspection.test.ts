import { expect, it } from "vitest";
import { openFarTalk } from "./talk.ts";

function start() {
  const orders: string[] = [];
  const talk = openFarTalk({ send: (line) => void orders.push(line.trimEnd()), onBroken: () => undefined });
  return { talk, orders };
}
const hex = (text: string): string => Buffer.from(text).toString("hex");

it("parts come one by one until the end", async () => {
  const { talk, orders } = start();
  const reading = talk.inspect({ ports: [6556, 8000], sites: ["main"] });
  expect(orders).toEqual(["inspect 1 0 6556,8000 main"]);
  talk.hear(`inspected 1 nft - read ${hex("{}")}`);
  talk.hear(`inspected 1 xinetd ${hex("/etc/xinetd.conf")} denied -`);
  talk.hear("inspected 1 end - read -");
  expect(await reading).toEqual([
    { source: "nft", state: "read", bytes: Buffer.from("{}").toString("base64") },
    { source: "xinetd", name: "/etc/xinetd.conf", state: "denied", bytes: "" },
    { source: "end", state: "read", bytes: "" },
  ]);
  void talk.inspect({ ports: [1], sites: [], isSecond: true });
  expect(orders.at(-1)).toBe("inspect 2 1 1 -");
});

it.each([
  ["a source that no worker has", "inspected 1 shadow - read -"],
  ["a state that there is not", "inspected 1 nft - maybe -"],
  ["something else", "tables 1 -"],
  ["more words", "inspected 1 nft - read - -"],
  ["no bytes", "inspected 1 nft - read xyz"],
])("a far side that says %s ends the talk", async (_, line) => {
  const { talk } = start();
  const reading = talk.inspect({ ports: [1], sites: [] });
  talk.hear(line);
  expect(await reading).toMatch(/^the vantage point/);
});

it("one that never ends is read no longer than any machine has to tell", async () => {
  const { talk } = start();
  const reading = talk.inspect({ ports: [1], sites: [] });
  for (let at = 0; at < 400; at++) talk.hear("inspected 1 xinetd - read -");
  expect(await reading).toMatch(/^the vantage point/);
});
