// What the lab in namespaces needs of this machine, told all at once before anything is started.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { LabError } from "./description.mjs";

/** Programs that the nodes run, each with its Debian package; .ci/run and lab/images have the same packages. */
export const packagesOf = {
  ip: "iproute2",
  unshare: "util-linux",
  nsenter: "util-linux",
  setpriv: "util-linux",
  sysctl: "procps",
  nft: "nftables",
  ping: "iputils-ping",
  snmpd: "snmpd",
  snmptrapd: "snmptrapd",
  dnsmasq: "dnsmasq-base",
  chronyd: "chrony",
  rsyslogd: "rsyslog",
  nginx: "nginx-light",
  sshd: "openssh-server",
  ssh: "openssh-client",
  openssl: "openssl",
  slapd: "slapd",
  icinga2: "icinga2-bin",
  stunnel4: "stunnel4",
  corosync: "corosync",
  "pacemaker-remoted": "pacemaker-remote",
  postfix: "postfix",
  python3: "python3",
};

const directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** True if a program is in one of the directories in which the nodes look. */
export function isInstalled(program, at = directories) {
  return at.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Throws a LabError that names every missing program and the line that installs them. */
export function refuseMissing(isThere = isInstalled) {
  const missing = Object.entries(packagesOf).filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))].toSorted();
  throw new LabError(
    [
      `the lab needs programs that are not installed here: ${missing.map(([program]) => program).join(", ")}`,
      "On Debian and Ubuntu (keep the services from starting by themselves, the lab starts its own):",
      `  sudo apt-get install --no-install-recommends ${packages.join(" ")}`,
      "Or run it in containers: docker compose up --build --wait",
    ].join("\n"),
  );
}
