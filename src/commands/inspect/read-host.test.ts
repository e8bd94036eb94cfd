import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InspectionPart, inspectionPartSchema } from "../../model/inspection.ts";
import { readHost } from "./read-host.ts";

const part = (
  source: InspectionPart["source"],
  text: string,
  state: InspectionPart["state"] = "read",
): InspectionPart => ({ source, state, bytes: Buffer.from(text).toString("base64") });

const tables = `tables le
name 11 cmk-agent-ctl
tcp6   0: 00000000000000000000000000000000:199C 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0`;
const ss = "LISTEN 3 2 [::]:6556 [::]:* ino:11 sk:1 v6only:1 <->\n";

describe("what a machine says of itself", () => {
  it("who listens, with the program and what ss knows besides", () => {
    expect(readHost([part("sockets", tables), part("listeners", ss)]).listens).toEqual([
      {
        protocol: "tcp",
        port: 6556,
        address: "::",
        programs: ["cmk-agent-ctl"],
        isIpv6Only: true,
        waiting: 3,
        room: 2,
      },
    ]);
    expect(readHost([part("sockets", tables)]).listens).toEqual([
      { protocol: "tcp", port: 6556, address: "::", programs: ["cmk-agent-ctl"] },
    ]);
  });

  it.each<[string, InspectionPart[], string[]]>([
    ["nothing of it", [], ["sockets"]],
    ["tables that were cut", [part("sockets", tables + "\n".repeat(256 * 1024))], ["sockets"]],
    ["a firewall that is not there", [part("sockets", tables), part("nft", "", "absent")], []],
    ["a firewall without its program", [part("sockets", tables), part("nft", "", "missing")], ["nft"]],
    ["a firewall for root alone", [part("sockets", tables), part("nft", "not permitted", "failed")], ["nft"]],
    ["a firewall of another form", [part("sockets", tables), part("nft", "table inet x {}")], ["nft"]],
    ["no table of iptables", [part("sockets", tables), part("iptables", "")], []],
    ["a comment of iptables", [part("sockets", tables), part("iptables", "# Warning: legacy\n")], []],
    ["iptables of another form", [part("sockets", tables), part("ip6tables", "Chain INPUT")], ["ip6tables"]],
    ["a controller that is stopped", [part("sockets", tables), part("controller", "", "stopped")], []],
    ["a controller that takes long", [part("sockets", tables), part("controller", "", "late")], ["controller"]],
  ])("%s", (_name, parts, expected) => {
    const { unread, listens } = readHost(parts);
    expect(unread.map(({ source }) => source)).toEqual(expected);
    expect(listens === undefined).toBe(expected.includes("sockets"));
  });

  it("lists of addresses, by the port that they are about", () => {
    const unit =
      "LoadState=loaded\nListen=[::]:6556 (Stream)\nListen=/run/x (Stream)\nIPAddressAllow=10.0.0.1/32\nIPAddressDeny=::/0\n";
    const xinetd =
      "service check-mk\n{\n only_from = 10.0.0.0 10.1.2.3\n}\nservice other\n{\n only_from = 10.0.0.1\n}\n";
    const site =
      "CONFIG_LIVESTATUS_TCP='on'\nCONFIG_LIVESTATUS_TCP_PORT='6557'\nCONFIG_LIVESTATUS_TCP_ONLY_FROM='127.0.0.1 ::1'\n";
    const { lists } = readHost([
      part("socket-unit", unit),
      part("xinetd", xinetd),
      { ...part("site", site), name: "main" },
    ]);
    expect(lists.map(({ key, port, allows, does }) => [key, port, allows, does])).toEqual([
      ["IPAddressAllow", 6556, ["10.0.0.1/32"], "drops"],
      ["only_from", 6556, ["10.0.0.0/8", "10.1.2.3/32"], "closes"],
      ["LIVESTATUS_TCP_ONLY_FROM", 6557, ["127.0.0.1/32", "::1"], "closes"],
    ]);
    expect(readHost([part("socket-unit", unit.replace("IPAddressDeny=::/0", ""))]).lists).toEqual([]);
  });

  it("is read without an error, whatever it is", () => {
    const sources = fc.constantFrom(...inspectionPartSchema.shape.source.options);
    const parts = fc.array(
      fc.record({ source: sources, state: fc.constant("read" as const), bytes: fc.base64String() }),
    );
    fc.assert(fc.property(parts, (parts) => void readHost(parts)));
  });
});
