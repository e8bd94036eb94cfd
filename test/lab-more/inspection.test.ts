import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Result } from "../../src/model/run/run.ts";
import { check, topologyOf } from "../net/check.ts";
import { buildInspectionWorld, hostFaults, inspect, resultAt, setFaults } from "../net/inspection-world.ts";
import type { Daemon, Lab } from "../net/lab.ts";
import { at, cmk, play, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

const web = at(2, 10);
const lab = useLab(
  ["python3", "perl", "iptables", "ip6tables", "firewalld", "ufw", "strace", "systemctl"],
  buildInspectionWorld,
);

/** What the tests below start; it is stopped after each of them. */
const daemons: Daemon[] = [];
const started = async (daemon: Promise<Daemon>): Promise<void> => void daemons.push(await daemon);
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
});

describe("every kind of worker", () => {
  it.each(["python", "perl", "node"])("%s finds the same, and without the faults all passes", async (worker) => {
    const holder = await setFaults(lab(), Object.values(hostFaults));
    const broken = await inspect(lab(), worker);
    const found = Object.entries(hostFaults).flatMap(([name, fault]) =>
      fault.families.map((family) => {
        const { evidence, advice = "" } = resultAt(broken, fault, family);
        return { name, finding: evidence.inspection?.finding, isSaid: fault.says.test(advice) };
      }),
    );
    const wanted = Object.entries(hostFaults).flatMap(([name, { families, finding }]) =>
      families.map(() => ({ name, finding, isSaid: true })),
    );
    expect(found).toEqual(wanted);
    const again = await setFaults(lab(), [], holder);
    const whole = await inspect(lab(), worker);
    expect(whole.run.results.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    await again.stop();
  });
});

it("without root it says who does not listen, and of the firewall only that it could not be read", async () => {
  await started(setFaults(lab(), Object.values(hostFaults)));
  const nobody = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
  ];
  const topology = topologyOf({
    hosts: [{ name: "web01", address: [web.v4], agent: "none", ping: false }],
    requirements: [{ from: "server", to: "web01", tcp: [7001, 7006, 7008], service: "none" }],
    vantages: { web01: { exec: ["ip", "netns", "exec", "hosts", ...nobody], worker: "python" } },
  });
  const { run } = await check(lab(), topology, { args: ["--only", "web01", "--timeout", "1s", "--inspect"] });
  expect(run.results.map(({ evidence }) => evidence.inspection?.finding)).toEqual([
    "not-listening",
    "rejected",
    "not-readable",
  ]);
  const [, rejected, silent] = run.results.map(({ advice }) => advice);
  expect(rejected).toMatch(
    /listens on 7006\/tcp, so a firewall rejects it: that of web01, which was not read \(nft: .*root/,
  );
  expect(silent).toMatch(/listens on 7008\/tcp, but not all could be read \(nft: it said: .*root/);
});

/** The one flow of the world over IPv4 to a port that every world holds. */
async function oneFlow(lab: Lab): Promise<Result | undefined> {
  const { run } = await inspect(lab, "python", "--only", "7001");
  return run.results.find(({ address }) => address === web.v4);
}

describe("firewalls that other tools write", () => {
  beforeAll(async () => {
    await lab().run(["mount", "-t", "tmpfs", "tmpfs", "/var/log"]);
  });

  const firewalld = (more: string): Promise<string> =>
    lab().must("hosts", ["/usr/bin/python3", "-"], {
      input: `from firewall.core.fw import Firewall\nfw = Firewall()\nfw.start()\n${more}\n`,
    });

  it("firewalld: its zone", async () => {
    await started(setFaults(lab(), []));
    await lab().rules("hosts", "");
    await firewalld("");
    const closed = await oneFlow(lab());
    expect(closed?.evidence.inspection).toMatchObject({
      finding: "firewall",
      firewall: { does: "rejects", tool: "nft", writtenBy: "firewalld" },
    });
    expect(closed?.advice).toMatch(
      /rejects it by rule \d+ of inet firewalld filter_IN.*Allow 7001\/tcp from cmk there \(firewalld/,
    );
    await lab().rules("hosts", "");
    await firewalld('fw.zone.add_port("public", "7001", "tcp")');
    expect((await oneFlow(lab()))?.verdict).toBe("pass");
    await lab().rules("hosts", "");
  });

  it("ufw", async () => {
    await started(setFaults(lab(), []));
    await lab().rules("hosts", "");
    await lab().must("hosts", ["ufw", "--force", "enable"]);
    const closed = await oneFlow(lab());
    expect(closed?.evidence.inspection?.finding).toBe("firewall");
    expect(closed?.advice).toMatch(/drops it by the policy drop of filter INPUT; its counter rose by \d/);
    await lab().must("hosts", ["ufw", "allow", "7001/tcp"]);
    expect((await oneFlow(lab()))?.verdict).toBe("pass");
    await lab().must("hosts", ["ufw", "--force", "disable"]);
  });
});

const status = {
  version: "2.3.0p1",
  agent_socket_operational: true,
  ip_allowlist: [] as string[],
  allow_legacy_pull: false,
  connections: [
    {
      site_id: "cmk/main",
      receiver_port: 8000,
      uuid: "8c3a0bcc-ad63-4003-ac1f-bff9a5bb5fff",
      local: { connection_mode: "pull-agent", cert_info: { issuer: "Site 'main' local CA", from: "", to: "" } },
      remote: "remote_query_disabled",
    },
  ],
};
const pushes = status.connections.map((one) => ({ ...one, local: { ...one.local, connection_mode: "push-agent" } }));

/** Puts the programs and files of an agent and a site where they are looked for. */
async function makeStandIns(lab: Lab): Promise<void> {
  await lab.script(`
    mkdir -p /run/standin
    mount -t tmpfs tmpfs /usr/local/sbin
    mount -t tmpfs tmpfs /opt
    mkdir -p /opt/omd/sites/main/etc/omd /run/systemd/system /etc/xinetd.d
    cat > /run/standin/systemctl <<'END'
#!/bin/sh
cat /run/standin/unit
END
    cat > /run/standin/cmk-agent-ctl <<'END'
#!/bin/sh
[ "$1" = daemon ] && { echo started; sleep 600 & wait; }
[ "$*" = "status --json --no-query-remote" ] && cat /run/standin/status
END
    chmod +x /run/standin/systemctl /run/standin/cmk-agent-ctl
    mount --bind /run/standin/systemctl /usr/bin/systemctl`);
}

interface AgentFault {
  status?: unknown;
  isRunning?: boolean;
  hasController?: boolean;
  unit?: string;
  xinetd?: string;
  listens?: boolean;
  isDropped?: boolean;
  finding: string;
  says: RegExp;
}

const agentFaults: Record<string, AgentFault> = {
  "not registered": {
    status: { ...status, connections: [] },
    finding: "controller",
    says: /controller 2\.3\.0p1 is not registered and may not answer in plain text, so it does not listen/,
  },
  "registered for push": {
    status: { ...status, connections: pushes },
    finding: "controller",
    says: /registered for push only.*agent: push/,
  },
  "not running": { status, isRunning: false, finding: "controller", says: /controller is not running/ },
  "without its socket": {
    status: { ...status, agent_socket_operational: false },
    listens: true,
    finding: "controller",
    says: /cannot reach the agent's socket/,
  },
  "its list of addresses": {
    status: { ...status, ip_allowlist: ["192.0.2.7"] },
    listens: true,
    finding: "access-list",
    says: /allowed_ip 192\.0\.2\.7\), and 10\.213\.1\.2 is not among them/,
  },
  "only_from of xinetd": {
    hasController: false,
    xinetd: "only_from = 192.0.2.8",
    listens: true,
    finding: "access-list",
    says: /\/etc\/xinetd\.d\/check-mk-agent lets only certain addresses in \(only_from 192\.0\.2\.8/,
  },
  "IPAddressDeny of systemd": {
    hasController: false,
    unit: "Listen=[::]:6556 (Stream)\nLoadState=loaded\nActiveState=active\nIPAddressAllow=192.0.2.9/32\nIPAddressDeny=::/0 0.0.0.0/0\n",
    listens: true,
    isDropped: true,
    finding: "access-list",
    says: /check-mk-agent\.socket lets only certain addresses in \(IPAddressAllow 192\.0\.2\.9\/32\)/,
  },
};

describe("an agent that explains itself", () => {
  const topology = topologyOf({
    server: { name: "cmk", address: [cmk.v4], sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: [web.v4], agent: "pull", ping: false }],
    vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "hosts"], worker: "python" } },
  });
  beforeAll(() => makeStandIns(lab()));

  const run = async (port: string, worker?: string): Promise<Result | undefined> => {
    const written =
      worker === undefined ? topology : { ...topology, vantages: { ...topology.vantages, cmk: { local: worker } } };
    const { run } = await check(lab(), written, { args: ["--only", port, "--timeout", "1s", "--inspect"] });
    return run.results[0];
  };

  it.each(Object.entries(agentFaults))("%s", async (_name, fault) => {
    await lab().rules("hosts", "");
    const { hasController = true, isRunning = true, unit = "LoadState=not-found\n", xinetd } = fault;
    await lab().script(`
      cat > /run/standin/status <<'END'
${JSON.stringify(fault.status)}
END
      cat > /run/standin/unit <<'END'
${unit}
END
      rm -f /etc/xinetd.d/check-mk-agent /usr/local/sbin/cmk-agent-ctl
      ${xinetd === undefined ? "" : `printf 'service check_mk\\n{\\n port = 6556\\n ${xinetd}\\n}\\n' > /etc/xinetd.d/check-mk-agent`}
      ${hasController ? "cp /run/standin/cmk-agent-ctl /usr/local/sbin/" : ""}`);
    if (hasController && isRunning)
      await started(lab().start("hosts", ["/usr/local/sbin/cmk-agent-ctl", "daemon"], { prints: "started" }));
    if (fault.listens === true) {
      const program = join(import.meta.dirname, "../net/hold-ports.py");
      const place = JSON.stringify([{ address: "0.0.0.0", port: 6556 }]);
      await started(lab().start("hosts", ["python3", program, place], { prints: "listening" }));
    }
    await setFirewall(lab(), fault.isDropped === true ? ["tcp dport 6556 drop"] : []);
    const broken = await run("6556");
    expect(broken?.evidence.inspection?.finding).toBe(fault.finding);
    expect(broken?.advice).toMatch(fault.says);

    for (const daemon of daemons.splice(0)) await daemon.stop();
    await setFirewall(lab(), []);
    const agent = { service: "agent", address: "0.0.0.0", port: 6556, site: "main", receiverPort: 8000 } as const;
    await started(play(lab(), "hosts", [agent]));
    expect(["pass", "warn"]).toContain((await run("6556"))?.verdict);
  });

  it.each(["node", "python", "perl"])(
    "a controller that has ended does not run, though its parent has not asked how (read by %s)",
    async (worker) => {
      await lab().rules("hosts", "");
      await setFirewall(lab(), []);
      await lab().script(`
        echo 'LoadState=not-found' > /run/standin/unit
        rm -f /etc/xinetd.d/check-mk-agent
        cp /run/standin/cmk-agent-ctl /usr/local/sbin/`);
      const parent =
        "import subprocess, time; child = subprocess.Popen(['/usr/local/sbin/cmk-agent-ctl']); time.sleep(1); print(open('/proc/%d/stat' % child.pid).read(), flush=True); time.sleep(600)";
      const zombie = await lab().start("hosts", ["python3", "-c", parent], { prints: "(cmk-agent-ctl) Z" });
      daemons.push(zombie);
      const written = {
        ...topology,
        vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "hosts"], worker } },
      };
      const ended = await check(lab(), written, { args: ["--only", "6556", "--timeout", "1s", "--inspect"] });
      expect(ended.run.results[0]?.evidence.inspection).toMatchObject({
        finding: "controller",
        controller: { state: "not-running" },
      });
    },
  );

  it.each(["node", "python", "perl"])(
    "a site whose port is not that of the topology, read by %s here",
    async (worker) => {
      const part = { service: "https", address: cmk.v4, site: "main", receiverPort: 8000 } as const;
      await lab().script(`echo "CONFIG_AGENT_RECEIVER_PORT='8001'" > /opt/omd/sites/main/etc/omd/site.conf`);
      const wrong = await play(lab(), "cmk", [{ ...part, port: 8001 }]);
      const broken = await run("8000", worker);
      expect(broken?.evidence.inspection).toMatchObject({
        finding: "site-setting",
        setting: { site: "main", key: "AGENT_RECEIVER_PORT", value: "8001", expected: "8000" },
      });
      await wrong.stop();
      const right = await play(lab(), "cmk", [{ ...part, port: 8000 }]);
      expect((await run("8000", worker))?.verdict).not.toBe("fail");
      await right.stop();
    },
  );
});

describe("what is read changes nothing", () => {
  /** `cat` is what the stand-in of systemctl, a script, starts. */
  const allowed = new Set([
    "nft",
    "iptables-save",
    "ip6tables-save",
    "iptables-legacy-save",
    "ip6tables-legacy-save",
    "ss",
    "systemctl",
    "cat",
  ]);

  it.each(["python", "perl", "node"])(
    "%s opens for reading alone, and starts what is listed and nothing else",
    async (worker) => {
      await started(setFaults(lab(), Object.values(hostFaults)));
      const log = join(lab().dir, `strace-${worker}`);
      const calls =
        "execve,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,ftruncate,mknod,mknodat,mount,umount2,utimensat,setxattr,init_module,finit_module,kill,ptrace";
      const traced = ["ip", "netns", "exec", "hosts", "strace", "-f", "-qq", "-o", log, "-e", `trace=${calls}`];
      const topology = topologyOf({
        hosts: [{ name: "web01", address: [web.v4], agent: "none", ping: false }],
        requirements: [{ from: "server", to: "web01", tcp: [7001, 7006, 7008], service: "none" }],
        vantages: { web01: { exec: traced, worker } },
      });
      const { run } = await check(lab(), topology, { args: ["--only", "web01", "--timeout", "1s", "--inspect"] });
      expect(run.results.map(({ evidence }) => evidence.inspection?.finding)).toEqual([
        "not-listening",
        "firewall",
        "firewall",
      ]);
      const lines = (await readFile(log, "utf8"))
        .split("\n")
        .filter((line) => line !== "" && !/ (---|\+\+\+) |resumed>/.test(line));
      const begun = lines.findIndex((line) => line.includes('"/proc/net/tcp"'));
      expect(begun).toBeGreaterThan(0);
      const reading = lines.slice(begun);
      const changing = reading.filter((line) => !/^\d+ +(?:execve|open|openat)\(/.test(line));
      expect(changing).toEqual([]);
      const writing = reading.filter(
        (line) => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND/.test(line) && !line.includes('"/dev/null"'),
      );
      expect(writing).toEqual([]);
      const ran = reading.flatMap((line) => /execve\("([^"]+)"/.exec(line)?.[1]?.split("/").at(-1) ?? []);
      expect(ran.filter((name) => !allowed.has(name))).toEqual([]);
      expect(ran).toEqual(expect.arrayContaining(["nft", "iptables-save", "ip6tables-save"]));
    },
  );
});
