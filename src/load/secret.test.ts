import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../model/text/problem.ts";
import type { SecretRef } from "../model/topology/snmp-settings.ts";
import { resolveSecrets, withoutSecrets } from "./secret.ts";
import { loadTopology } from "./topology/topology.ts";

let directory = "";
let file = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "portmatrix-secret-"));
  file = join(directory, "t.yaml");
  await writeFile(
    file,
    `server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }
hosts:
  - { name: a, address: 10.0.0.1, snmp: { version: 2c, community: { env: COMMUNITY } } }
  - { name: "b[1-3]", address: "10.0.1.[1-3]", snmp: { version: 1, community: { file: community.txt } } }
  - name: c
    address: 10.0.0.3
    snmp:
      version: 3
      user: u
      auth: { protocol: sha, password: { env: AUTH } }
      priv: { protocol: aes, password: { file: community.txt } }
`,
  );
  const files: Record<string, string | Uint8Array> = {
    "community.txt": "geheim-genug\r\n",
    "short.txt": "kurz",
    "empty.txt": "\n",
    "long.txt": "x".repeat(5000),
    "nul.txt": "s3cret\0x",
    "latin1.txt": Buffer.from([0x73, 0xe4]),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
});
afterAll(() => rm(directory, { recursive: true }));

async function resolve(refs: SecretRef[], env: Record<string, string> = {}, text?: string): Promise<string[] | string> {
  if (text !== undefined) await writeFile(file.replace("t.yaml", "u.yaml"), text);
  const loaded = await loadTopology(text === undefined ? file : file.replace("t.yaml", "u.yaml"), { env });
  try {
    const lookup = await resolveSecrets(loaded, refs);
    return refs.map(lookup);
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${directory}/`, "");
    throw error;
  }
}

describe("resolveSecrets", () => {
  it("takes variables and files, and drops one line break at a file's end", async () => {
    const env = { COMMUNITY: "public", AUTH: "long enough" };
    const refs = [{ env: "COMMUNITY" }, { file: "community.txt" }, { env: "AUTH" }];
    expect(await resolve(refs, env)).toEqual(["public", "geheim-genug", "long enough"]);
  });

  it("needs only what is asked for", async () => {
    expect(await resolve([{ file: "community.txt" }])).toEqual(["geheim-genug"]);
    expect(await resolve([])).toEqual([]);
  });

  it("names every missing secret with its place, all at once", async () => {
    expect(await resolve([{ env: "COMMUNITY" }, { env: "AUTH" }, { env: "COMMUNITY" }])).toBe(
      [
        "t.yaml:3:67: hosts[0].snmp.community: environment variable COMMUNITY is not set; set it before the call, or use { file: PATH }",
        "t.yaml:10:40: hosts[2].snmp.auth.password: environment variable AUTH is not set; set it before the call, or use { file: PATH }",
      ].join("\n"),
    );
  });

  it.each([
    ["short.txt", 'secret file "short.txt" is shorter than 8 characters, which SNMPv3 refuses (RFC 3414)'],
    ["empty.txt", 'secret file "empty.txt" is empty'],
    ["long.txt", 'secret file "long.txt": the file is 5000 bytes long; at most 4098 bytes are read'],
    ["nul.txt", 'secret file "nul.txt" contains a NUL character'],
    ["latin1.txt", 'secret file "latin1.txt" is not UTF-8 text'],
    ["absent.txt", 'secret file "absent.txt": there is no such file'],
    [".", 'secret file ".": this is a directory; name a file'],
  ])("refuses %s without showing any of it", async (name, expected) => {
    const text = `server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }
hosts: [{ name: a, address: 10.0.0.1, snmp: { version: 3, user: u, auth: { protocol: sha, password: { file: ${name} } } } }]
`;
    expect(await resolve([{ file: name }], {}, text)).toBe(`u.yaml:2:101: hosts[0].snmp.auth.password: ${expected}`);
  });

  it.each([
    ["", "is empty"],
    ["x".repeat(5000), "is longer than 4096 bytes"],
    ["a\0b", "contains a NUL character"],
  ])("refuses a variable that is %j", async (value, expected) => {
    const message = await resolve([{ env: "COMMUNITY" }], { COMMUNITY: value });
    expect(message).toBe(`t.yaml:3:67: hosts[0].snmp.community: environment variable COMMUNITY ${expected}`);
  });

  it("does not take object properties for variables, and counts the places", async () => {
    expect(await resolve([{ env: "constructor" }])).toContain("environment variable constructor is not set");
    await writeFile(join(directory, "keep"), "");
    await rm(join(directory, "community.txt"));
    expect(await resolve([{ file: "community.txt" }])).toBe(
      't.yaml:4:79: hosts[1].snmp.community: secret file "community.txt": there is no such file (4 places use it)',
    );
    await writeFile(join(directory, "community.txt"), "geheim-genug\r\n");
  });

  it("throws for a reference that was not asked for", async () => {
    const lookup = await resolveSecrets(await loadTopology(file), []);
    expect(() => lookup({ env: "COMMUNITY" })).toThrow("was not resolved");
  });
});

it("other programs see no variable that holds a secret, and all others", async () => {
  const env = { COMMUNITY: "c0mmunity", AUTH: "passphrase", PATH: "/bin", SSH_AUTH_SOCK: "/run/agent" };
  const { topology } = await loadTopology(file, { env });
  expect(withoutSecrets({ topology, env })).toEqual({ PATH: "/bin", SSH_AUTH_SOCK: "/run/agent" });
});
