import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { rootlessWord } from "../../src/responder/without-root.ts";
import { usePrograms } from "../cases/packages.ts";
import { readWorkbook } from "../cases/read-workbook.ts";
import { hostOf, onlyExtra, topologyOf } from "../cli/topology.ts";
import { root, start } from "../cli/program.ts";
import { type BareRoot, makeBareRoot } from "./bare-root.ts";

const isRoot = process.getuid?.() === 0;
const why = isRoot ? "" : " (skipped: a root of its own needs root)";
const work = mkdtempSync(join(tmpdir(), "portmatrix-ways-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What every way has to do for an ordinary user; `portmatrix` is on the path. */
function does({ run, path }: { run: BareRoot["run"]; path: BareRoot["path"] }) {
  const listener = createServer((socket) => socket.on("error", () => undefined));
  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const port = (listener.address() as { port: number }).port;
    const topology = topologyOf([{ from: "cmk", to: "web01", tcp: port }]);
    writeFileSync(path("home/user/portmatrix.yaml"), JSON.stringify(topology));
  });
  afterAll(() => listener.close());
  const version = (JSON.parse(String(execFileSync("cat", [`${root}package.json`]))) as { version: string }).version;

  it("says its version, plans, checks on loopback and finds the faults of the demo", async () => {
    expect(await run("portmatrix --version")).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
    const plan = await run("portmatrix plan");
    expect(plan).toMatchObject({ code: 0, stderr: "" });
    expect(plan.stdout).toContain("Communication matrix · Checkmk 2.3");
    expect(await run("portmatrix plan --format xlsx=plan.xlsx")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readWorkbook(path("home/user/plan.xlsx")).map(({ name }) => name)).toEqual(["Rules", "Notes", "Flows"]);
    const check = await run(`portmatrix check ${onlyExtra.join(" ")} --format nagios`);
    expect(check).toMatchObject({ code: 0, stderr: "" });
    const demo = await run("portmatrix demo");
    expect(demo).toMatchObject({ code: 0 });
    expect(demo.stdout).not.toContain("MISSED");
  });

  it("explains a reason, completes words and lists the catalogs", async () => {
    expect((await run("portmatrix explain connection-refused")).stdout).toContain("connection-refused");
    expect((await run("portmatrix completion bash")).stdout).toContain("complete -");
    expect((await run("portmatrix catalog")).stdout).toContain("checkmk/2.5\n");
  });
}

describe.skipIf(!isRoot)(`the program in one file, in a bare root${why}`, () => {
  const bare = makeBareRoot();
  afterAll(bare.remove);
  beforeAll(() => {
    const program = join(work, "portmatrix");
    execFileSync(process.execPath, [`${root}build/binary.mjs`, program]);
    chmodSync(work, 0o755);
    bare.add(program, "/usr/local/bin/portmatrix");
  });
  does(bare);

  it("has the size that the documents say", () => {
    expect(Math.round(statSync(bare.path("usr/local/bin/portmatrix")).size / 1e6)).toBeLessThan(100);
  });

  it("says what sends ICMP and what it lacks", async () => {
    const { code, stdout } = await bare.run("portmatrix doctor setup");
    expect(stdout).toContain("contains no raw-socket");
    expect(code).toBe(3); // neither raw socket nor ping
  });

  describe.each([
    // Without Python and perl, which would do the same in its place.
    ["on this machine", "local", ["env", "PATH=/nowhere"]],
    ["through a vantage point", { exec: ["env", `PATH=${work}:/usr/bin:/bin`], worker: "portmatrix" }, []],
  ])("as a responder %s", (_name, web01, before) => {
    usePrograms(["ip", "nft", "setpriv", "unshare"]);
    /** A check in a network of its own, and meanwhile the rights of the processes that listen for root. */
    const respond = async (isLost: boolean, ...as: string[]) => {
      const hosts = [hostOf("web01", { address: "127.0.0.2" })];
      const required = [{ from: "cmk", to: "web01", udp: 162 }];
      const parts = { stage: "preinstall", hosts, vantages: { cmk: "local", web01 } };
      writeFileSync(join(work, "responder.json"), JSON.stringify(topologyOf(required, parts)));
      const loses =
        "nft add table t; nft add chain t c '{ type filter hook output priority 0; }'; nft add rule t c udp sport 162 drop;";
      const network = `ip link set lo up; sysctl -qw net.ipv4.ip_unprivileged_port_start=0; ${isLost ? loses : ""} exec "$@"`;
      const words = [
        "check",
        join(work, "responder.json"),
        "--section",
        "extra",
        "--timeout",
        "2s",
        "--responders",
        "web01",
      ];
      const program = [...as, ...before, join(work, "portmatrix"), ...words, "--format", "json"];
      const { finished } = start(["unshare", "-n", "sh", "-ec", network, "sh", ...program], { cwd: "/" });
      const ended = finished.then(() => "ended");
      let rights: string[] = [];
      while ((await Promise.race([ended, pause(20)])) !== "ended") {
        const now = rootlessProcesses();
        if (now.length > 0) rights = now;
      }
      const { stdout, stderr } = await finished;
      expect(stderr).toBe("");
      return { rights, reasons: (JSON.parse(stdout) as Run).results.map(({ reason }) => reason) };
    };

    it("of root, a second process of the same file listens without any rights", async () => {
      const ids = "65534 65534 65534 65534";
      const { rights, reasons } = await respond(true);
      expect({ rights, reasons }).toEqual({ rights: [`${ids}, ${ids}, 0000000000000000`], reasons: ["reply-lost"] });
    });

    it("twins: it is answered where no reply is lost; that of an ordinary user listens itself", async () => {
      expect((await respond(false)).reasons).toEqual(["responder-answered"]);
      const user = await respond(true, "setpriv", "--reuid=4242", "--regid=4242", "--clear-groups");
      expect(user).toEqual({ rights: [], reasons: ["reply-lost"] });
    });
  });

  it("is a vantage point's worker as well, and sends one to others", async () => {
    const hello = await bare.run("portmatrix agent </dev/null");
    expect(hello.stdout).toContain('"type":"hello"');
  });
});

describe.skipIf(!isRoot)(`npm install --global, in a bare root with Node${why}`, () => {
  const bare = makeBareRoot();
  afterAll(bare.remove);
  let installed: Awaited<ReturnType<BareRoot["run"]>>;
  beforeAll(async () => {
    bare.add(process.execPath, "/usr/local/bin/node");
    const npm = execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim();
    mkdirSync(bare.path("usr/local/lib/node_modules"), { recursive: true });
    bare.copy(join(npm, "npm"), "usr/local/lib/node_modules/npm");
    writeFileSync(
      bare.path("usr/local/bin/npm"),
      '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n',
      { mode: 0o755 },
    );
    bare.copy(packed(), "home/user/portmatrix.tgz");
    installed = await bare.run(
      "npm install --global --prefix /home/user/npm --allow-scripts=raw-socket ./portmatrix.tgz",
    );
    execFileSync("ln", ["-s", "/home/user/npm/bin/portmatrix", bare.path("usr/local/bin/portmatrix")]);
  }, 300_000);

  it("needs neither compiler nor Python", () => {
    expect(installed).toMatchObject({ code: 0 });
  });

  does(bare);

  it("leaves out raw-socket and nothing else", async () => {
    const modules = readdirSync(bare.path("home/user/npm/lib/node_modules/portmatrix/node_modules"));
    const { dependencies } = JSON.parse(String(execFileSync("cat", [`${root}package.json`]))) as {
      dependencies: Record<string, string>;
    };
    const direct = Object.keys(dependencies);
    expect(direct.filter((name) => !modules.includes(name))).toEqual([]);
    expect(modules).not.toContain("raw-socket");
    expect((await bare.run("portmatrix doctor setup")).stdout).toMatch(/raw-socket is not installed/);
  });

  it("brings the man pages", () => {
    expect(readdirSync(bare.path("home/user/npm/share/man/man1"))).toContain("portmatrix-check.1");
  });
});

it("npm builds raw-socket for an ordinary user where there is a compiler", async () => {
  const home = join(work, "home");
  mkdirSync(home);
  execFileSync("cp", [packed(), join(home, "portmatrix.tgz")]);
  if (isRoot) execFileSync("chown", ["-R", "nobody:nogroup", home]);
  execFileSync("chmod", ["755", work]);
  const user = isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
  const { npm_config_nodedir: nodedir = dirname(dirname(process.execPath)), NODE_EXTRA_CA_CERTS } = process.env;
  const certificates = NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }; // a registry of one's own
  const places = { HOME: home, TMPDIR: home, npm_config_nodedir: nodedir, PATH: "/usr/local/bin:/usr/bin:/bin" };
  const env = { ...places, ...certificates };
  const install = ["npm", "install", "--global", "--prefix", home, "--allow-scripts=raw-socket", "./portmatrix.tgz"];
  const node = dirname(process.execPath);
  const inHome = { cwd: home, env: { ...env, PATH: `${node}:${env.PATH}` } };
  expect(await start([...user, ...install], inHome).finished).toMatchObject({ code: 0 });
  const module = join(home, "lib/node_modules/portmatrix/node_modules/raw-socket");
  const loads = await start([...user, process.execPath, "-e", `require(${JSON.stringify(module)})`], inHome).finished;
  expect(loads).toMatchObject({ code: 0, stderr: "" });
  const setup = await start([...user, join(home, "bin/portmatrix"), "doctor", "setup"], inHome).finished;
  expect(setup.stdout).toMatch(/CAP_NET_RAW/);
}, 400_000);

/** Users, groups and capabilities of each process that the program in one file is for a responder of root. */
function rootlessProcesses(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${join(work, "portmatrix")}\0${rootlessWord}`))
        return [];
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const of = (name: string) => new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1]?.replaceAll("\t", " ");
      return [`${of("Uid")}, ${of("Gid")}, ${of("CapEff")}`];
    } catch {
      return []; // no process, or one that has ended
    }
  });
}

let tarball: string | undefined;

/** The package as `npm publish` would send it. */
function packed(): string {
  if (tarball !== undefined) return tarball;
  const told = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename = "" } = {}] = JSON.parse(told) as { filename: string }[];
  return (tarball = join(work, filename));
}
