import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { explainError, explainLocalError } from "./network-error.ts";
import { findRoute } from "../../sockets/route.ts";

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

  const six = { address: "::1", family: 6 } as const;
  const local = ["EMFILE", "ENOBUFS", "EPERM", "EINVAL", "EADDRNOTAVAIL", "EADDRINUSE", "EAFNOSUPPORT", "EWHATEVER"];
  it.each(local)("never blames the target for %s", async (code) => {
    for (const target of [here, six, unusable])
      expect((await explainError(error(code), target, 1)).outcome.kind).toBe("unsent");
  });

  const ambiguous = ["EACCES", "ENETUNREACH", "EHOSTUNREACH", "EHOSTDOWN", "ENONET"];
  it.each(ambiguous)("takes %s for an answer only where this machine has a way", async (code) => {
    expect((await explainError(error(code), six, 1)).outcome.kind).not.toBe("unsent");
    expect((await explainError(error(code), unusable, 1)).outcome).toMatchObject({ kind: "unsent", cause: "no-route" });
  });

  it.each([...ambiguous, ...local])(
    "says of nothing that connect(2) itself refused that the network did: %s",
    async (code) => {
      const refused = Object.assign(new Error(`connect ${code} ::1:80 - Local (:::0)`), { code, syscall: "connect" });
      for (const target of [here, six]) expect((await explainError(refused, target, 0)).outcome.kind).toBe("unsent");
    },
  );

  it.each([...ambiguous, ...local, "ECONNREFUSED", "ETIMEDOUT"])(
    "nor of what an unconnected socket fails with: %s",
    async (code) => {
      for (const target of [here, six])
        expect((await explainLocalError(error(code), target, 0)).outcome.kind).toBe("unsent");
    },
  );

  it("asks for the interface of a link-local address", async () => {
    const detail = "fe80::5 is link-local and says nothing of the link: write it with the interface, fe80::5%eth0";
    expect((await explainError(error("EINVAL"), { address: "fe80::5", family: 6 }, 0)).outcome).toMatchObject({
      kind: "unsent",
      cause: "no-route",
      detail,
    });
  });
});

describe("what Node and this kernel do", () => {
  it("a connect(2) that fails at once names its local end, one that is answered does not", async () => {
    const failed = (host: string, port: number) =>
      new Promise<Error>((resolve) => void connect({ host, port }).once("error", resolve));
    expect((await failed("255.255.255.255", 9)).message).toContain(" - Local (");
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => server.close(resolve));
    expect((await failed("127.0.0.1", port)).message).not.toContain(" - Local (");
  });
});
