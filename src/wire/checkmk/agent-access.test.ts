import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSocketUnit, readXinetd } from "./agent-access.ts";
import { readControllerStatus } from "./controller-status.ts";

describe("a systemd socket", () => {
  it("says where it listens and whom it lets in", () => {
    const text =
      "Listen=[::]:6556 (Stream)\nListen=/run/check-mk-agent.socket (Stream)\nLoadState=loaded\nActiveState=active\nIPAddressAllow=10.0.0.5/32 fd00::5/128\nIPAddressDeny=::/0 0.0.0.0/0\n";
    expect(readSocketUnit(text)).toEqual({
      isLoaded: true,
      isActive: true,
      listens: ["[::]:6556 (Stream)", "/run/check-mk-agent.socket (Stream)"],
      allows: ["10.0.0.5/32", "fd00::5/128"],
      denies: ["::/0", "0.0.0.0/0"],
    });
    expect(readSocketUnit("LoadState=not-found\nIPAddressDeny=any\n")).toMatchObject({
      isLoaded: false,
      denies: ["0.0.0.0/0", "::/0"],
    });
  });

  it("is read without an error, whatever it is", () => {
    expect(readSocketUnit("System has not been booted with systemd")).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void readSocketUnit(`LoadState=loaded\n${text}`)));
  });
});

/** The form of the file that Checkmk's agent packages bring. */
const service = (body: string): string =>
  `# comment\nservice check_mk\n{\n        type           = UNLISTED\n        port           = 6556\n        server         = /usr/bin/check_mk_agent\n${body}}\n`;

describe("xinetd", () => {
  const read = (...texts: string[]) => readXinetd(texts.map((text, at) => ({ name: `f${at}`, text })));

  it.each<[string, string, readonly string[] | undefined]>([
    ["everybody", "", undefined],
    ["a comment", "        # only_from      = 127.0.0.1\n", undefined],
    ["a list", "        only_from      = 127.0.0.1 10.0.20.1\n", ["127.0.0.1", "10.0.20.1"]],
    ["more of it", "only_from = a\nonly_from += b c\nonly_from -= b\n", ["a", "c"]],
    ["nobody", "only_from =\n", []],
    ["a set of addresses", "only_from = 10.0.0.{1,2}\n", ["10.0.0.{1,2}"]],
  ])("%s", (_name, body, expected) => {
    const [one] = read(service(body));
    expect([one?.name, one?.port, one?.isDisabled, one?.onlyFrom]).toEqual(["check_mk", 6556, false, expected]);
  });

  it("takes what is said for all, unless the service says it itself", () => {
    const [all, own] = read(
      "defaults\n{\n only_from = 10.0.0.1\n}\n",
      service(""),
      service("only_from = 10.0.0.2\ndisable = yes\n"),
    );
    expect(all?.onlyFrom).toEqual(["10.0.0.1"]);
    expect(own).toMatchObject({ onlyFrom: ["10.0.0.2"], isDisabled: true });
  });

  it("is read without an error, whatever it is", () => {
    fc.assert(fc.property(fc.string(), (text) => void read(text, service(text))));
    const words = fc.array(fc.constantFrom("service a", "{", "}", "\n", "only_from =", "+=", "10.0.0.1", "defaults"), {
      maxLength: 60,
    });
    fc.assert(fc.property(words, (parts) => void read(parts.join(" "))));
  });
});

/** As cmk-agent-ctl of Checkmk 2.1 and newer prints it (Checkmk, its own test data). */
const status = {
  version: "2.3.0",
  agent_socket_operational: true,
  ip_allowlist: [],
  allow_legacy_pull: false,
  connections: [
    {
      site_id: "cmk/main",
      receiver_port: 8000,
      uuid: "8c3a0bcc-ad63-4003-ac1f-bff9a5bb5fff",
      local: { connection_mode: "pull-agent", cert_info: { issuer: "Site 'main' local CA", from: "", to: "" } },
      remote: "remote_query_disabled",
    },
  ],
};

describe("the controller of an agent", () => {
  const read = (value: unknown) => readControllerStatus(JSON.stringify(value));

  it("says how it is registered", () => {
    expect(read(status)).toEqual({
      version: "2.3.0",
      isSocketOperational: true,
      allowsLegacyPull: false,
      allowed: [],
      pulls: 1,
      pushes: 0,
    });
    expect(read({ ...status, connections: [] })).toMatchObject({ pulls: 0, pushes: 0 });
    expect(read({ ...status, connections: [{ local: { connection_mode: "push-agent" } }] })).toMatchObject({
      pulls: 0,
      pushes: 1,
    });
    expect(read({ ...status, connections: [{ local: { connection_type: "pull-agent" } }] })).toMatchObject({
      pulls: 1,
    });
    expect(
      read({ ...status, ip_allowlist: ["10.0.0.5", 7], allow_legacy_pull: true, agent_socket_operational: false }),
    ).toMatchObject({
      allowed: ["10.0.0.5"],
      allowsLegacyPull: true,
      isSocketOperational: false,
    });
  });

  it("is told from anything else, without an error", () => {
    for (const other of ["", "[]", "{}", "null", '{"connections":{}}'])
      expect(readControllerStatus(other)).toBeUndefined();
    fc.assert(fc.property(fc.json(), (text) => void readControllerStatus(text)));
    fc.assert(fc.property(fc.array(fc.jsonValue()), (connections) => void read({ ...status, connections })));
  });
});
