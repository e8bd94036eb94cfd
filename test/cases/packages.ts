import { spawnSync } from "node:child_process";
import { beforeAll, beforeEach } from "vitest";

/** The Debian package of each program that is called otherwise than its package. */
const packages: Readonly<Record<string, string>> = {
  "/usr/bin/python3": "python3",
  "ansible-inventory": "ansible-core",
  "ansible-playbook": "ansible-core",
  busybox: "busybox-static",
  chronyd: "chrony",
  corosync: "corosync",
  dnsmasq: "dnsmasq-base",
  icinga2: "icinga2-bin",
  ip: "iproute2",
  nc: "netcat-openbsd",
  "nc.openbsd": "netcat-openbsd",
  "nc.traditional": "netcat-traditional",
  nft: "nftables",
  nginx: "nginx-light",
  nsenter: "util-linux",
  "pacemaker-remoted": "pacemaker-remote",
  ping: "iputils-ping",
  pivot_root: "util-linux",
  rsyslogd: "rsyslog",
  setpriv: "util-linux",
  ss: "iproute2",
  "ssh-keygen": "openssh-client",
  sshd: "openssh-server",
  sysctl: "procps",
  unshare: "util-linux",
  xmllint: "libxml2-utils",
};

/** In one line which of these programs are not there, and what installs them; `undefined` if all are. */
export function whyMissing(programs: readonly string[]): string | undefined {
  const words = ["-c", 'for one; do command -v "$one" >/dev/null || echo "$one"; done', "sh", ...programs];
  const missing = spawnSync("sh", words, { encoding: "utf8" })
    .stdout.split("\n")
    .filter((name) => name !== "");
  if (missing.length === 0) return undefined;
  const wanted = [...new Set(missing.map((name) => packages[name] ?? name))].toSorted();
  return `there is no ${missing.join(", ")} here: apt-get install ${wanted.join(" ")}`;
}

/** Skips the tests around it, with the packages that are missing; with `PORTMATRIX_REQUIRE_NET=1` that is a failure. */
export function usePrograms(programs: readonly string[]): void {
  let why: string | undefined;
  beforeAll(() => {
    why = whyMissing(programs);
    if (why !== undefined && process.env["PORTMATRIX_REQUIRE_NET"] === "1") throw new Error(why);
  });
  beforeEach((context) => {
    if (why !== undefined) context.skip(why);
  });
}
