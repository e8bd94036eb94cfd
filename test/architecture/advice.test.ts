import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/model/registration/doctor.ts";
import { remedyNameSchema } from "../../src/model/registration/doctor.ts";
import { phraseRemedy } from "../../src/report/doctor/remedies.ts";
import { describeSetup } from "../../src/report/doctor/setup.ts";
import { reasonWords } from "../../src/report/reasons/entries.ts";

/** What stops or removes something that others may need: a script that was copied there is nobody else's. */
const destroys =
  /\bomd (?:stop|restart|rm|disable)\b|\bsystemctl (?:stop|restart|disable|mask)\b|\bkubectl (?:-n \S+ )?(?:delete|drain)\b|\b(?:docker|podman) (?:stop|rm|kill|restart)\b|(?<!-)\brm -(?!f \/tmp\/pm\.sh)|\bkill(?:all)?\b|\b(?:nft|iptables|ip6tables) (?:-F|flush)|\breboot\b|\bshutdown\b/;
/** What changes nothing. */
const harmless =
  /^(?:omd (?:status|sites|config \S+ show|version)|systemctl status|ss|ip|getent|curl|ping|tracepath|cmk-agent-ctl (?:status|dump)|portmatrix|docker (?:ps|port|logs)|kubectl (?:-n \S+ )?(?:get|logs|create|apply))\b/;

/** What is wrong with lines that are pasted together. */
export function dangersIn(lines: readonly string[]): string[] {
  const commands = lines.map((line) => line.replace(/^\$ /, "").trim()).filter((line) => line !== "");
  const stopping = commands.filter((line) => destroys.test(line));
  const looking = commands.filter((line) => harmless.test(line));
  const mixed = stopping.length > 0 && looking.length > 0 ? stopping : [];
  return [...new Set([...mixed, ...stopping.filter((line) => /&&|;|\|\|/.test(line))])];
}

describe("a command that stops something", () => {
  it.each([
    [["omd status main", "omd stop main"]],
    [["omd stop main && omd start main"]],
    [["ss -tln; systemctl restart apache2"]],
  ])("is found beside a harmless one: %s", (lines) => {
    expect(dangersIn(lines)).toHaveLength(1);
  });

  it("may stand among others that change something", () => {
    expect(dangersIn(["omd stop main", "omd config main set AGENT_RECEIVER on", "omd start main"])).toEqual([]);
  });

  const subject = { server: "cmk", addresses: ["10.0.0.5"], site: "main", host: "web01", hostAddresses: ["10.0.2.1"] };
  const ports = { agent: "pull", agentPort: 6556, expectedPort: 8000, expectedFrom: "default" } as const;
  const rest = { otherWebPorts: [], plainWebPorts: [], proxies: [] };
  const diagnosis = { subject: { ...subject, ...ports, ...rest }, steps: [], remedies: [], causes: [] } as unknown;

  it.each(remedyNameSchema.options)("the doctor's advice %s", (name) => {
    const { message, commands } = phraseRemedy(diagnosis as Diagnosis, name);
    expect(dangersIn(commands)).toEqual([]);
    if (commands.some((line) => destroys.test(line))) expect(message).toMatch(/stops|restart/);
  });

  it("the advice on this machine's setup", () => {
    const none = { is: "absent", why: "CAP_NET_RAW" } as const;
    const programs = { rawSocket: none, ping: none, python: none, perl: none, bash: none, ssh: none };
    const facts = {
      ...programs,
      platform: "linux",
      node: "20",
      ipv6: [],
      openFiles: 1,
      tracking: { count: 1, max: 1 },
    };
    const { entries } = describeSetup(facts, { version: "1" });
    const commands = entries.flatMap(({ commands = [] }) => commands);
    expect(commands.length).toBeGreaterThan(3);
    expect(dangersIn(commands)).toEqual([]);
  });

  it("the advice of every reason names none that is to be pasted", () => {
    const texts = Object.values(reasonWords).map((words) =>
      JSON.stringify(words, (_, one) => (typeof one === "function" ? String(one) : (one as unknown))),
    );
    expect(texts.length).toBeGreaterThan(50);
    expect(
      texts
        .flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code))
        .filter((code) => destroys.test(code)),
    ).toEqual([]);
  });

  const root = new URL("../../", import.meta.url);
  const pages = readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  it.each(["README.md", "lab/README.md", "examples/ci/README.md", ...pages])("%s", (page) => {
    const text = readFileSync(new URL(page, root), "utf8");
    const blocks = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block.split("\n"));
    expect(blocks.flatMap(dangersIn)).toEqual([]);
  });
});
