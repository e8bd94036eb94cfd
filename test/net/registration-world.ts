import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Daemon, Lab } from "./lab.ts";
import { addAddress, addCable, addNode, addRoute, at, setFirewall } from "./paths.ts";

const standIn = fileURLToPath(new URL("../../lab/standins/main.mjs", import.meta.url));
const webServer = fileURLToPath(new URL("registration-web.mjs", import.meta.url));

/** Addresses of the Checkmk server: each is one way to reach it that the firewall treats in its own way. */
export const server = {
  fine: at(2, 10),
  noWeb: at(2, 11),
  noHttps: at(2, 12),
  deadV6: at(2, 13),
  portal: at(2, 14),
} as const;
/** Addresses of the host. */
export const host = { fine: at(1, 2), noWayBack: at(1, 3), resetBack: at(1, 4) } as const;
/** A prefix that the resolver puts before IPv4, unlike the lab's own (RFC 6724 §2.1). */
const globalV6 = { server: "2001:db8:213:2::d", host: "2001:db8:213:1::2" } as const;

/** Each site is one broken network: its name, the receiver's port and what is wrong while the world is broken. */
export const sitePorts = {
  main: 8000,
  stale: 8001,
  inspected: 8002,
  alpha: 8003, // the port has beta's receiver
  plain: 8004,
  closed: 8005,
  off: 8006,
  dropped: 8007,
  rejected: 8008,
  login: 8009,
  stopped: 8010,
  moved: 8012,
  nosuch: 8013,
  ssh: 8014,
  mute: 8015,
  sent: 8016, // the web server sends discovery to another machine and port
  portless: 8017, // rejected with port unreachable, from the router
  unreachable: 8018, // host unreachable, from the router
  narrow: 8019, // the path loses large segments
} as const;
export type Site = keyof typeof sitePorts;

/** Where the web server sends discovery for `sent`: the page of the site `there`. */
const portal = "https://portal.lab.test:8443/there/";
/** Plain HTTP of the web server, where no controller asks. */
export const otherWebPort = 8080;
const formerPort = 8011; // what discovery still says for `stale`
const sitesAt = (sites: readonly Site[]): string => sites.map((site) => `${site}:${sitePorts[site]}`).join(" ");
const all = Object.keys(sitePorts) as Site[];
const except = (names: readonly Site[]): Site[] => all.filter((site) => !names.includes(site));

/** web01 (network 1) - fw, a router with nftables - cmk (network 2). Nothing listens and nothing is blocked yet. */
export async function buildRegistrationWorld(lab: Lab): Promise<void> {
  await addNode(lab, "web01");
  await addNode(lab, "fw", { forwards: true });
  await addNode(lab, "cmk");
  await addCable(lab, "web01", "fw");
  await addCable(lab, "fw", "cmk");
  for (const place of [2, 3, 4]) await addAddress(lab, "web01", "fw", 1, place);
  for (const place of [10, 11, 12, 13, 14]) await addAddress(lab, "cmk", "fw", 2, place);
  await addAddress(lab, "fw", "web01", 1, 1);
  await addAddress(lab, "fw", "cmk", 2, 1);
  await addRoute(lab, "web01", 2, at(1, 1));
  await addRoute(lab, "cmk", 1, at(2, 1));
  await lab.script(`
    ip -n web01 addr add ${globalV6.host}/64 dev fw nodad
    ip -n cmk addr add ${globalV6.server}/64 dev fw nodad
    ip -n fw addr add 2001:db8:213:1::1/64 dev web01 nodad
    ip -n fw addr add 2001:db8:213:2::1/64 dev cmk nodad
    ip -n web01 -6 route add 2001:db8:213:2::/64 via 2001:db8:213:1::1
    ip -n cmk -6 route add 2001:db8:213:1::/64 via 2001:db8:213:2::1
    echo 'hosts: files' > /etc/nsswitch.conf
    mkdir -p /etc/netns/web01`);
  await startStandIn(lab, "web01", "agent", { AGENT_MODE: "tls" });
}

async function startStandIn(lab: Lab, node: string, name: string, env: Record<string, string>): Promise<Daemon> {
  const run = join(lab.dir, `${name}-${(started += 1)}`);
  mkdirSync(run, { recursive: true });
  const settings = { LAB_STATE: join(lab.dir, "state"), LAB_RUN: run, ...env };
  return lab.start(node, [process.execPath, standIn, name], { env: settings, prints: '"ports"' });
}
let started = 0;

async function startWeb(lab: Lab, sites: Record<string, number | string>, plain: readonly number[]): Promise<Daemon> {
  const env = { LAB_STATE: join(lab.dir, "state") };
  const redirecting = { ...sites, sent: portal, there: sitePorts.sent };
  const settings = JSON.stringify({ sites: redirecting, plain, secure: [8443] });
  return lab.start("cmk", [process.execPath, webServer, settings], { env, prints: "serving" });
}

const hostsFile = (names: Record<string, readonly string[]>): string =>
  Object.entries(names)
    .flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}`))
    .join("\n");
const named = {
  "cmk.lab.test": [server.fine.v4],
  "no-web.lab.test": [server.noWeb.v4],
  "no-https.lab.test": [server.noHttps.v4],
  "portal.lab.test": [server.portal.v4],
  "dual.lab.test": [globalV6.server, server.deadV6.v4],
};

/** Everything that is broken, all at once: each site and each address has its own fault. */
export async function breakWorld(lab: Lab): Promise<Daemon[]> {
  await setFirewall(lab, [
    `ip daddr ${server.noWeb.v4} tcp dport { 80, 443 } drop`,
    `ip daddr ${server.noHttps.v4} tcp dport 443 drop`,
    `ip6 daddr ${globalV6.server} drop`,
    `tcp dport { ${sitePorts.dropped}, ${sitePorts.moved}, ${formerPort} } drop`,
    `tcp dport ${sitePorts.rejected} reject with icmpx type admin-prohibited`,
    `tcp dport ${sitePorts.portless} reject with icmpx type port-unreachable`,
    `tcp dport ${sitePorts.unreachable} reject with icmpx type host-unreachable`,
    `tcp sport ${sitePorts.narrow} meta length > 600 drop`,
    `ip daddr ${server.portal.v4} tcp dport 8443 drop`,
    `ip daddr ${host.noWayBack.v4} tcp dport 6556 drop`,
    `ip daddr ${host.resetBack.v4} tcp dport 6556 reject with tcp reset`,
  ]);
  await lab.script(`cat > /etc/netns/web01/hosts <<'END'\n${hostsFile(named)}\nEND`);
  const { nosuch: _, ...known } = sitePorts;
  const elsewhere = ["inspected", "alpha", "plain", "closed", "off", "stopped", "nosuch", "ssh", "mute"] as const;
  return Promise.all([
    startWeb(lab, { ...known, stale: formerPort, login: "login", stopped: "stopped" }, [sitePorts.plain, otherWebPort]),
    startStandIn(lab, "cmk", "agent-receiver", { RECEIVER_SITES: `${sitesAt(except(elsewhere))} beta:8003` }),
    startStandIn(lab, "cmk", "agent-receiver", {
      RECEIVER_SITES: sitesAt(["inspected"]),
      RECEIVER_ISSUER: "Company TLS inspection",
    }),
    startStandIn(lab, "cmk", "misbehave", {
      MISBEHAVE: `accept-close:${sitePorts.closed} banner:${sitePorts.ssh} tarpit:${sitePorts.mute}`,
    }),
  ]);
}

/** The same world with every fault removed. */
export async function mendWorld(lab: Lab, broken: readonly Daemon[]): Promise<void> {
  await Promise.all(broken.map((daemon) => daemon.stop()));
  await setFirewall(lab, []);
  const names = hostsFile({ ...named, "nobody.lab.test": [server.fine.v4] });
  await lab.script(`cat > /etc/netns/web01/hosts <<'END'\n${names}\nEND`);
  await Promise.all([
    startWeb(lab, sitePorts, [otherWebPort]),
    startStandIn(lab, "cmk", "agent-receiver", { RECEIVER_SITES: sitesAt(all) }),
  ]);
}
