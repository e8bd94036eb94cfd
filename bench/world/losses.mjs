// What the kernel threw away on either side. A false result beside a loss is the bench's fault or the tool's own burst;
// beside none it is the tool's judgement.
import { readFileSync } from "node:fs";
import { must } from "./private-world.mjs";
import { onHosts } from "./network.mjs";

const watched = {
  netstat: { TcpExt: ["ListenOverflows", "ListenDrops", "TCPReqQFullDrop", "TCPBacklogDrop"] },
  snmp: { Udp: ["RcvbufErrors", "SndbufErrors"], Icmp: ["InErrors"] },
};

/** Starts watching; the function that comes back gives the counters that have grown since, by `SIDE NAME`. */
export function watchLosses() {
  const before = readCounters();
  return () => {
    const grown = [...readCounters()].map(([name, value]) => [name, value - (before.get(name) ?? 0)]);
    return Object.fromEntries(grown.filter(([, growth]) => growth > 0));
  };
}

function readCounters() {
  const counters = new Map();
  for (const [file, wanted] of Object.entries(watched)) {
    const path = `/proc/net/${file}`;
    collect(readFileSync(path, "utf8"), wanted, "prober", counters);
    const [program, ...argv] = onHosts(["cat", path]);
    collect(must(program, argv), wanted, "hosts", counters);
  }
  // Per processor, whole machine: the second column counts packets that found no room (net/core/net-procfs.c).
  const dropped = readFileSync("/proc/net/softnet_stat", "utf8").trim().split("\n");
  const sum = dropped.reduce((total, row) => total + Number.parseInt(row.split(" ")[1], 16), 0);
  return counters.set("machine PacketBacklogDrops", sum);
}

/** The files have two lines for each group: names, then values (proc(5)). */
function collect(text, wanted, side, counters) {
  const lines = text.trim().split("\n");
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [group, ...names] = lines[index].split(/\s+/);
    const values = lines[index + 1].split(/\s+/).slice(1);
    for (const name of wanted[group.slice(0, -1)] ?? [])
      counters.set(`${side} ${name}`, Number(values[names.indexOf(name)] ?? 0));
  }
}
