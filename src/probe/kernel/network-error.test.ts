import { describe, expect, it } from "vitest";
import { explainError } from "./network-error.ts";
import { findRoute } from "./route.ts";

const error = (code: string) => Object.assign(new Error(code), { code });
const here = { address: "127.0.0.1", family: 4 } as const;
/** Class E (RFC 1112 §4): Linux has no route to the broadcast address that a datagram socket may use without asking. */
const unusable = { address: "255.255.255.255", family: 4 } as const;

describe("findRoute", () => {
  it("finds the way to loopback", async () => {
    expect(await findRoute("127.0.0.1", 4)).toEqual({ kind: "routed" });
  });

  it("says why there is none", async () => {
    expect(await findRoute("255.255.255.255", 4)).toMatchObject({
      kind: "unrouted",
      errno: expect.stringMatching(/^E/),
    });
  });
});

describe("explainError", () => {
  it("blames the network for EHOSTUNREACH only if this machine knows a route", async () => {
    expect(await explainError(error("EHOSTUNREACH"), here, 12)).toEqual({
      outcome: { kind: "unreachable", rttMs: 12 },
      evidence: { errno: "EHOSTUNREACH", codeSeen: false },
    });
    expect(await explainError(error("EHOSTUNREACH"), unusable, 12)).toMatchObject({
      outcome: { kind: "unsent", cause: "no-route" },
    });
  });

  it("tells exhausted source ports from an address family that has no source address", async () => {
    expect((await explainError(error("EADDRNOTAVAIL"), here, 1)).outcome).toMatchObject({ cause: "source-ports" });
    expect((await explainError(error("EADDRNOTAVAIL"), unusable, 1)).outcome).toMatchObject({ cause: "no-route" });
  });

  it("takes EACCES for an ICMP error over IPv6 and for a local policy over IPv4", async () => {
    const six = { address: "::1", family: 6 } as const;
    expect((await explainError(error("EACCES"), six, 1)).outcome.kind).toBe("prohibited");
    expect((await explainError(error("EACCES"), here, 1)).outcome).toMatchObject({ cause: "local-firewall" });
  });

  it.each(["EMFILE", "EPERM", "EWHATEVER"])("never blames the target for %s", async (code) => {
    expect((await explainError(error(code), here, 1)).outcome.kind).toBe("unsent");
  });
});
