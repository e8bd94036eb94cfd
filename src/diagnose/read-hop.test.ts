import { expect, it } from "vitest";
import type { HopAnswer } from "../model/run/walk.ts";
import { readHop } from "./read-hop.ts";

const at = { v4: "10.9.4.2", v6: "fd09:4::2" };
const error = (errno: string, icmp?: string, mtu?: number): HopAnswer => {
  const [type = 0, code = 0, sender = "", own] = icmp?.split(" ") ?? [];
  const facts = { type: Number(type), code: Number(code), sender, isOwn: own === "own" };
  const said = icmp === undefined || icmp === "none" ? icmp : facts;
  return { kind: "error", sourcePort: 1, afterMs: 1, errno, mtu, icmp: said as "none" | undefined };
};

it.each<[HopAnswer, "v4" | "v6", string, unknown]>([
  [{ kind: "open", sourcePort: 1, afterMs: 2 }, "v4", "tcp", { answer: "open", from: at.v4, rttMs: 2 }],
  [{ kind: "silent", sourcePort: 1, afterMs: 900 }, "v4", "tcp", { answer: "none" }],
  [error("EHOSTUNREACH", "11 0 10.9.1.1"), "v4", "tcp", { answer: "expired", from: "10.9.1.1", icmpCode: "11/0" }],
  [error("EHOSTUNREACH", "3 0 fd09:1::1"), "v6", "udp", { answer: "expired", from: "fd09:1::1", icmpCode: "3/0" }],
  [error("EHOSTUNREACH", "11 1 10.9.1.1"), "v4", "udp", { answer: "rejected" }],
  [error("EMSGSIZE", "3 4 10.9.1.1", 1400), "v4", "udp", { answer: "too-big", from: "10.9.1.1", mtu: 1400 }],
  [error("EMSGSIZE", "2 0 fd09:1::1", 1300), "v6", "icmp", { answer: "too-big", mtu: 1300 }],
  [error("EMSGSIZE", "none", 1400), "v4", "udp", { answer: "too-big", isOwn: true, mtu: 1400 }],
  [error("ECONNREFUSED", "3 3 10.9.4.2"), "v4", "udp", { answer: "closed", from: at.v4 }],
  [error("ECONNREFUSED", "3 3 10.9.2.2"), "v4", "udp", { answer: "rejected", from: "10.9.2.2", icmpCode: "3/3" }],
  [error("ECONNREFUSED", "3 3 10.9.4.2"), "v4", "tcp", { answer: "rejected", from: at.v4 }],
  [error("ECONNREFUSED", "1 4 fd09:4::2"), "v6", "udp", { answer: "closed" }],
  [error("ECONNREFUSED", "none"), "v4", "tcp", { answer: "reset", from: at.v4 }],
  [error("EACCES", "3 13 10.9.2.2"), "v4", "tcp", { answer: "rejected", icmpCode: "3/13" }],
  [error("EHOSTUNREACH", "3 1 10.9.1.2 own"), "v4", "tcp", { answer: "rejected", isOwn: true }],
])("%o over %s %s", (seen, family, protocol, means) => {
  expect(readHop(seen, { address: at[family], protocol })).toMatchObject(means as object);
});

it.each<[HopAnswer, string, RegExp]>([
  [error("EHOSTUNREACH"), "tcp", /Linux 5\.8/],
  [error("EPERM", "none"), "udp", /a rule of the sending machine/],
  [error("ENETUNREACH", "none"), "tcp", /no route/],
  [{ kind: "unsent", detail: "EPERM" }, "icmp", /lets this user send no echo/],
  [{ kind: "unsent", detail: "EADDRINUSE" }, "tcp", /taken by another program/],
  [{ kind: "unsent", detail: "the vantage point broke off" }, "tcp", /broke off/],
])("%o over %s says why nothing was learned", (seen, protocol, words) => {
  expect(readHop(seen, { address: at.v4, protocol })).toMatch(words);
});
