import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FirstPacket } from "../../judge/firewall/matches.ts";
import { packet, read } from "../../../test/cases/ruleset-case.ts";
import { walk } from "../../judge/firewall/walk.ts";
import { readRuleset } from "./ruleset.ts";
import { readUfwStatus } from "./ufw-status.ts";

/** What ufw 0.36.2 prints, of rules in every form. */
const status = `Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere                   # ssh
7000/tcp                   ALLOW IN    10.213.1.2                 # portmatrix: agent
10.1.1.1 7000:7010/tcp     DENY IN     10.0.0.0/8                
2222/tcp                   LIMIT IN    Anywhere                  
80,443/tcp on eth0         ALLOW IN    Anywhere                  
22/tcp (OpenSSH)           ALLOW IN    Anywhere                  
Anywhere                   ALLOW IN    10.9.9.9                  
Anywhere                   ALLOW IN    10.1.1.1 53/udp           
5555/udp                   ALLOW IN    Anywhere                   (log) # its # odd
7001/tcp                   ALLOW IN    fd00::5                    # portmatrix: x
22/tcp (v6)                ALLOW IN    Anywhere (v6)              # ssh
80,443/tcp (v6) on eth0    ALLOW IN    Anywhere (v6)             
22/tcp (OpenSSH (v6))      ALLOW IN    Anywhere (v6)             

25                         REJECT OUT  Anywhere                  
25 (v6)                    REJECT OUT  Anywhere (v6)             

Anywhere on eth1           ALLOW FWD   Anywhere on eth0          
Anywhere (v6) on eth1      ALLOW FWD   Anywhere (v6) on eth0     

`;
/** The same rules in /etc/ufw/user.rules, in part. */
const userRules = `*filter
:ufw-user-input - [0:0]
:ufw-user-output - [0:0]
:ufw-user-forward - [0:0]
### RULES ###

### tuple ### allow tcp 7000 0.0.0.0/0 any 10.213.1.2 in comment=706f72746d61747269783a206167656e74
-A ufw-user-input -p tcp --dport 7000 -s 10.213.1.2 -j ACCEPT

### tuple ### deny tcp 7000:7010 10.1.1.1 any 10.0.0.0/8 in
-A ufw-user-input -p tcp -m multiport --dports 7000:7010 -d 10.1.1.1 -s 10.0.0.0/8 -j DROP

### END RULES ###
COMMIT
`;

const fate = (text: string, one: FirstPacket): string => {
  const { kind, by } = walk(read(text), one.direction === "out" ? ["output"] : ["input"], one);
  return `${kind}: ${by}`;
};

describe("ufw status verbose", () => {
  it.each<[string, FirstPacket, string]>([
    ["a port", packet("192.0.2.1", 22), "passes: ufw: 22/tcp ALLOW IN Anywhere # ssh"],
    ["a source", packet("10.213.1.2", 7000), "passes: ufw: 7000/tcp ALLOW IN 10.213.1.2 # portmatrix: agent"],
    ["a range that is denied", packet("10.2.0.1", 7005), "dropped: ufw: 10.1.1.1 7000:7010/tcp DENY IN 10.0.0.0/8"],
    ["a rate", packet("10.2.0.1", 2222), "unclear: ufw: 2222/tcp LIMIT IN Anywhere"],
    ["a device", packet("10.2.0.1", 443), "unclear: ufw: 80,443/tcp on eth0 ALLOW IN Anywhere"],
    ["all of a source", packet("10.9.9.9", 1), "passes: ufw: Anywhere ALLOW IN 10.9.9.9"],
    ["a source port", packet("10.1.1.1", 999, { protocol: "udp" }), "unclear: ufw: Anywhere ALLOW IN 10.1.1.1 53/udp"],
    [
      "a comment with the sign of comments",
      packet("10.2.0.1", 5555, { protocol: "udp" }),
      "passes: ufw: 5555/udp ALLOW IN Anywhere (log) # its # odd",
    ],
    ["the policy", packet("192.0.2.1", 7777), "dropped: policy drop of ufw incoming"],
    ["IPv6", packet("fd00::5", 7001), "passes: ufw: 7001/tcp ALLOW IN fd00::5 # portmatrix: x"],
    ["IPv6 by (v6) alone", packet("fd00::9", 22), "passes: ufw: 22/tcp (v6) ALLOW IN Anywhere (v6) # ssh"],
    ["what goes", packet("10.1.1.1", 25, { direction: "out" }), "dropped: ufw: 25 REJECT OUT Anywhere"],
    ["what goes elsewhere", packet("10.1.1.1", 26, { direction: "out" }), "passes: policy accept of ufw outgoing"],
    [
      "an echo request, which is in another file",
      { ...packet("10.2.0.1", 0), protocol: "icmp" },
      "unclear: /etc/ufw/before.rules or before6.rules, which are not in this listing (iptables-save shows all)",
    ],
  ])("%s", (_name, one, expected) => expect(fate(status, one)).toBe(expected));

  it("a line that cannot be read decides what it may decide", () => {
    const odd = status.replace(
      "22/tcp                     ALLOW IN    Anywhere  ",
      "22/tcp                     PERHAPS IN  Anywhere  ",
    );
    expect(fate(odd, packet("192.0.2.1", 7777))).toBe("unclear: ufw: 22/tcp PERHAPS IN Anywhere # ssh");
  });

  it("without policies it is refused, inactive it drops nothing, and without a rule of IPv6 it tells nothing of that", () => {
    expect(readUfwStatus("Status: active\n")).toContain("ufw status verbose");
    expect(fate("Status: inactive\n", packet("10.2.0.1", 1))).toBe("passes: ufw, which is inactive");
    const v4 = status.split("\n").filter((line) => !/v6|::/.test(line));
    expect(read(v4.join("\n")).families).toEqual([4]);
  });

  it("any text is read without an error", () => {
    const word = fc.constantFrom(
      "22/tcp",
      "ALLOW IN",
      "DENY OUT",
      "Anywhere",
      "(v6)",
      " on eth0",
      "  ",
      "#",
      "10.0.0.0/8",
      "fd00::5",
      "1:2",
    );
    const line = fc.array(fc.oneof(word, fc.string())).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = `${status.split("22/tcp")[0]}${lines.join("\n")}`;
        expect(typeof readUfwStatus(text)).toBe("object");
      }),
    );
  });
});

describe("user.rules of ufw", () => {
  it.each<[string, FirstPacket, string]>([
    [
      "what is allowed, with its comment",
      packet("10.213.1.2", 7000),
      'passes: ufw-user-input: -p tcp --dport 7000 -s 10.213.1.2 -j ACCEPT --comment "portmatrix: agent"',
    ],
    [
      "what is denied",
      packet("10.2.0.1", 7000),
      "dropped: ufw-user-input: -p tcp -m multiport --dports 7000:7010 -d 10.1.1.1 -s 10.0.0.0/8 -j DROP",
    ],
    [
      "what the policy decides, which is in another file",
      packet("10.2.0.1", 99),
      "unclear: the policy for incoming packets in /etc/default/ufw, which is not in this listing",
    ],
  ])("%s", (_name, one, expected) => expect(fate(userRules, one)).toBe(expected));

  it("a part of a ruleset lets nothing pass: it is refused", () => {
    expect(readRuleset("*filter\n:ufw-before-input - [0:0]\n-A ufw-before-input -j ACCEPT\nCOMMIT\n")).toContain(
      "part of a ruleset",
    );
  });
});
