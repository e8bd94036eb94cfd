import { describe, expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { portmatrix, type Finished } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { onlyExtra, topologyOf, type Required } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, udp, closedPort } = useListeners();

/** Checks nothing but these requirements, with real sockets on loopback. */
function check(required: readonly Required[], args: readonly string[] = [], parts = {}): Promise<Finished> {
  const file = sandbox.write("t.json", topologyOf(required, parts));
  return portmatrix(["check", file, ...onlyExtra, ...args]);
}
const cmkToWeb01 = { from: "cmk", to: "web01" } as const;
const summaryOf = ({ stdout }: Finished): string | undefined =>
  /^(PASS|WARN|FAIL|UNKNOWN|ERROR).*? skipped/m.exec(stdout)?.[0];

describe("the exit code says how the run ended", () => {
  it("0: everything answers", async () => {
    const [listener, echo] = await Promise.all([tcp(), udp("echo")]);
    const ran = await check([
      { ...cmkToWeb01, tcp: listener.port },
      { ...cmkToWeb01, udp: echo.port },
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(summaryOf(ran)).toBe("PASS  2 pass, 0 warn, 0 fail, 0 unknown, 0 error, 0 skipped");
  });

  it("1: the same with one port closed", async () => {
    const [port, echo] = await Promise.all([closedPort(), udp("echo")]);
    const ran = await check([
      { ...cmkToWeb01, tcp: port },
      { ...cmkToWeb01, udp: echo.port },
    ]);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(summaryOf(ran)).toBe("FAIL  1 pass, 0 warn, 1 fail, 0 unknown, 0 error, 0 skipped");
  });

  it("3: a UDP port stays silent, so nothing is known", async () => {
    const mute = await udp("mute");
    const ran = await check([{ ...cmkToWeb01, udp: mute.port }]);
    expect(ran).toMatchObject({ code: 3, stderr: "" });
    expect(summaryOf(ran)).toBe("UNKNOWN  0 pass, 0 warn, 0 fail, 1 unknown, 0 error, 0 skipped");
    expect(mute.visits.length).toBeGreaterThan(0);
  });

  it("1: a failure outweighs what is not known", async () => {
    const [port, mute] = await Promise.all([closedPort(), udp("mute")]);
    expect(
      (
        await check([
          { ...cmkToWeb01, tcp: port },
          { ...cmkToWeb01, udp: mute.port },
        ])
      ).code,
    ).toBe(1);
  });

  it("3: a vantage point that cannot be opened is our error, and the others still pass", async () => {
    const listener = await tcp();
    const fromWeb02 = { from: "web02", to: "web01", tcp: listener.port };
    const vantages = { cmk: "local", web02: { exec: ["/nonexistent"] } };
    const ran = await check([{ ...cmkToWeb01, tcp: listener.port }, fromWeb02], [], { vantages });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/^portmatrix: note: 1 vantage point could not be opened \(web02\): .*\n$/);
    expect(summaryOf(ran)).toBe("ERROR  1 pass, 0 warn, 0 fail, 0 unknown, 1 error, 0 skipped");
    expect(ran.stdout).toMatch(/the program \/nonexistent was\s+not found/);
    const works = { cmk: "local", web02: { exec: ["env"] } };
    const twin = await check([{ ...cmkToWeb01, tcp: listener.port }, fromWeb02], [], { vantages: works });
    expect(summaryOf(twin)).toBe("PASS  2 pass, 0 warn, 0 fail, 0 unknown, 0 error, 0 skipped");
    expect(twin.code).toBe(0);
  });

  it("2: no flow can be sent from here", async () => {
    const listener = await tcp();
    const { code, stdout, stderr } = await check([{ from: "web02", to: "web01", tcp: listener.port }]);
    expect({ code, stdout, visits: listener.visits }).toEqual({ code: 2, stdout: "", visits: [] });
    expect(stderr).toContain("none of the 1 flows can be sent from here");
    expect((await check([{ from: "web02", to: "web01", tcp: listener.port }], ["--from", "web02"])).code).toBe(0);
  });
});

describe("--strict counts warnings and skipped flows as undecided", () => {
  it("a warning: the port is closed, but not blocked", async () => {
    const required = [{ ...cmkToWeb01, tcp: await closedPort(), expect: "blocked" as const }];
    const lenient = await check(required);
    expect(summaryOf(lenient)).toBe("WARN  0 pass, 1 warn, 0 fail, 0 unknown, 0 error, 0 skipped");
    expect([lenient.code, (await check(required, ["--strict"])).code]).toEqual([0, 3]);
  });

  it("a skipped flow", async () => {
    const { port } = await tcp();
    const required = [
      { ...cmkToWeb01, tcp: port },
      { from: "web02", to: "web01", tcp: port },
    ];
    const lenient = await check(required);
    expect(summaryOf(lenient)).toBe("PASS  1 pass, 0 warn, 0 fail, 0 unknown, 0 error, 1 skipped");
    expect([lenient.code, (await check(required, ["--strict"])).code]).toEqual([0, 3]);
    expect((await check(required.slice(0, 1), ["--strict"])).code).toBe(0);
  });
});

describe("neither formats nor quiet change the exit code", () => {
  const formats = ["table", "json", "junit", "markdown"];
  it.each([
    [1, async (): Promise<Required> => ({ ...cmkToWeb01, tcp: await closedPort() })],
    [3, async (): Promise<Required> => ({ ...cmkToWeb01, udp: (await udp("mute")).port })],
  ])("%i", async (code, make) => {
    const required = [await make()];
    const alone = await Promise.all(formats.map((format) => check(required, ["--format", format])));
    expect(alone.map((ran) => ran.code)).toEqual(formats.map(() => code));
    expect(new Set(alone.map(({ stdout }) => stdout)).size).toBe(formats.length);
    const files = formats.flatMap((format) => ["--format", `${format}=${sandbox.path(format)}`]);
    expect(await check(required, [...files, "--quiet"])).toMatchObject({ code, stdout: "", stderr: "" });
    expect(await check(required, ["--quiet"])).toMatchObject({ code, stdout: "", stderr: "" });
  });
});

it("the topology can come from standard input", async () => {
  const { port } = await tcp();
  const input = JSON.stringify(topologyOf([{ ...cmkToWeb01, tcp: port }]));
  const ran = await portmatrix(["check", "-", ...onlyExtra], { input });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(summaryOf(ran)).toBe("PASS  1 pass, 0 warn, 0 fail, 0 unknown, 0 error, 0 skipped");
});

it("the topology is portmatrix.yaml if none is named", async () => {
  const { port } = await tcp();
  const file = sandbox.write("portmatrix.yaml", topologyOf([{ ...cmkToWeb01, tcp: port }]));
  const ran = await portmatrix(["check", ...onlyExtra], { cwd: file.replace("/portmatrix.yaml", "") });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
});
