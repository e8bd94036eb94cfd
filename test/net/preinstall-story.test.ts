import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { cli } from "./check.ts";
import { buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/**
 * docs/responder.md shows these runs: its topology, its command and its rules are taken from there, and what is printed is
 * what stands there. UPDATE_GOLDEN=1 writes it.
 */
const page = fileURLToPath(new URL("../../docs/responder.md", import.meta.url));
let docs = await readFile(page, "utf8");
const blockOf = (language: string, at: number): string =>
  [...docs.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))][at]?.[1] ?? "";
const command = [...docs.matchAll(/^SNMP_COMMUNITY=public portmatrix (check portmatrix\.yaml .+)$/gm)][0]?.[1] ?? "";

const net = useLab(["python3"], async (lab) => {
  await buildPath(lab, [10]);
  await lab.script(`
    ip -n cmk addr add 192.0.2.10/24 dev fw && ip -n cmk addr add 2001:db8:1::10/64 dev fw nodad
    ip -n fw addr add 192.0.2.1/24 dev cmk && ip -n fw addr add 2001:db8:1::1/64 dev cmk nodad
    ip -n fw addr add 198.51.100.1/24 dev hosts && ip -n fw addr add 2001:db8:2::1/64 dev hosts nodad
    ip -n hosts addr add 198.51.100.20/24 dev fw && ip -n hosts addr add 2001:db8:2::20/64 dev fw nodad
    ip -n cmk route add 198.51.100.0/24 via 192.0.2.1 && ip -n cmk -6 route add 2001:db8:2::/64 via 2001:db8:1::1
    ip -n hosts route add 192.0.2.0/24 via 198.51.100.1 && ip -n hosts -6 route add 2001:db8:1::/64 via 2001:db8:2::1`);
  // In place of ssh: a namespace of the test.
  const written = blockOf("yaml", 0);
  const topology = written.replace("{ ssh: {} }", "{ exec: [ip, netns, exec, hosts], worker: python }");
  if (topology === written) throw new Error("the page has another vantage point than this test replaces");
  await writeFile(join(lab.dir, "written.yaml"), written);
  await writeFile(join(lab.dir, "portmatrix.yaml"), topology);
});

afterAll(async () => {
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(page, docs);
});

/** Runs the command of the page; times and ports that differ from run to run are always the same ones here. */
async function run(): Promise<{ code: number | null; said: string }> {
  const argv = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", net().dir];
  const env = { COLUMNS: "100", SNMP_COMMUNITY: "public" };
  const { code, stdout, stderr } = await net().on("cmk", [...argv, process.execPath, cli, ...command.split(" ")], {
    env,
  });
  const said = `${stderr}${stdout}`
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "2026-11-29 09:00 UTC")
    .replaceAll(/\d\d:\d\d:\d\d UTC/g, "09:00:02 UTC")
    .replaceAll(/(from (?:192\.0\.2\.10|198\.51\.100\.20|\[2001:db8:[12]::[12]0\]):)\d+/g, "$141000")
    .replaceAll(/within 1\.\d s/g, "within 1.5 s")
    .replaceAll(/ in [2-4] attempts/g, " in 2 attempts")
    .replaceAll(/ in \d[\d.]* m?s$/gm, " in 7 s");
  return { code, said };
}

/** Compares with the block that stands there; or puts it there. */
function expectShown(said: string, at: number): void {
  if (process.env["UPDATE_GOLDEN"] === "1") docs = docs.replace(blockOf("text", at), () => said);
  expect(`${said}`).toBe(blockOf("text", at));
}

it("the topology is accepted as it stands there", async () => {
  const plan = ["plan", join(net().dir, "written.yaml")];
  expect(await net().on("cmk", [process.execPath, cli, ...plan])).toMatchObject({ code: 0, stderr: "" });
});

it("an empty network is proven whole, and five mistakes of its firewalls are named with the side to look at", async () => {
  const empty = await run();
  expectShown(empty.said, 0);
  expect(empty.code).toBe(0);
  expect(empty.said).toMatch(/^PASS +\d+ pass, 0 warn, 0 fail, 0 unknown, 0 error, 0 skipped/m);
  await net().rules("fw", blockOf("nft", 0));
  await net().rules("hosts", blockOf("nft", 1));
  const broken = await run();
  expectShown(broken.said, 1);
  expect(broken.code).toBe(1);
  expect(broken.said).toMatch(/^FAIL +\d+ pass, 0 warn, 9 fail, 0 unknown, 0 error, 0 skipped/m);
});
