import { expect, test } from "vitest";
import { startChrony, startDnsmasq, startNginx, startSshd, startSnmpd, startRsyslog } from "./daemons.ts";
import { at, buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";
const lab = useLab([], async (lab) => {
  await buildPath(lab, [10]);
});
test.each([
  ["ssh", startSshd],
  ["nginx", (l: any, n: string) => startNginx(l, n, [80])],
  ["chrony", startChrony],
  ["dns", (l: any, n: string) => startDnsmasq(l, n, Object.values(at(2, 10)))],
  ["snmp", (l: any, n: string) => startSnmpd(l, n, ["udp:161", "udp6:161"])],
  ["rsyslog", startRsyslog],
])("%s", async (_, f) => {
  await f(lab(), "hosts");
  expect(1).toBe(1);
});
