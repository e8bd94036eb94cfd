import { describe, expect, it } from "vitest";
import { addNode } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";
import { bin } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const hosts = Array.from({ length: 30 }, (_, at) => ({ name: `web${at + 1}`, address: `10.0.2.${at + 1}` }));
const node = "policy";

/** A machine that has all addresses, so that no packet leaves it; nothing is installed there. */
const lab = useLab([], async (lab) => {
  await addNode(lab, node);
  const addresses = ["10.0.0.5", ...hosts.map(({ address }) => address)];
  await lab.script(addresses.map((address) => `ip -n ${node} addr add ${address}/32 dev lo`).join("\n"));
});

/** Checks with these ports of the server dropped by its firewall. */
async function check(dropped: readonly number[], stage: "live" | "preinstall") {
  const rule = dropped.length === 0 ? "" : `ip daddr 10.0.0.5 tcp dport { ${dropped.join(", ")} } drop`;
  const chain = `chain input { type filter hook input priority 0; policy accept;\n${rule}\n}`;
  await lab().rules(node, `table inet firewall {\n${chain}\n}`);
  const file = sandbox.write("t.json", {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: hosts.map((host) => ({ ...host, agent: "pull" })),
    vantages: Object.fromEntries(["cmk", ...hosts.map(({ name }) => name)].map((name) => [name, "local"])),
  });
  const options = ["--stage", stage, "--timeout", "1s", "--no-color"];
  return lab().on(node, [process.execPath, bin, "check", file, ...options]);
}

describe("before the installation, where 443 is open to nothing and 80 is blocked by policy", () => {
  it("is as it should be: exit code 0, and nothing to look at", async () => {
    const { code, stdout } = await check([80], "preinstall");
    expect({ code, looks: stdout.includes("What to look at first") }).toEqual({ code: 0, looks: false });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("because the path to 443/tcp is open instead");
  });

  it("is calm: a sentence for all flows of a section that are alike, not one for each", async () => {
    const { stdout } = await check([80], "preinstall");
    const sentences = stdout.split("\n").filter((line) => /^ {2}! /.test(line));
    const sections = stdout.match(/^\S.* \d+ flows?: /gm)?.length ?? 0;
    expect(sections).toBeGreaterThan(2);
    // In 2.2 there are two kinds: open paths, and the alternative that nobody needs.
    expect(sentences.length).toBeLessThanOrEqual(sections + 1);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/Likewise \d+ more flows/);
  });

  it.each<[string, number[], "live" | "preinstall", number]>([
    ["the twin: with both ports blocked it fails", [80, 443], "preinstall", 1],
    ["the twin: once it is installed, a path that is open to nothing fails", [80], "live", 1],
    ["with both open it is as it should be, too", [], "preinstall", 0],
  ])("%s", async (_, dropped, stage, code) => {
    expect((await check(dropped, stage)).code).toBe(code);
  });
});
