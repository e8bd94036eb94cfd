import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { loadTopology } from "./topology.ts";

const secret = "s3cret-Pass!9";
const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\n";
const host = "hosts:\n  - name: a\n    address: 10.0.0.1\n    ";

async function refusal(text: string): Promise<string> {
  const error: unknown = await loadTopology("-", { stdin: text }).catch((reason: unknown) => reason);
  if (error instanceof InputError) return error.message;
  if (error instanceof Error) throw error;
  return "";
}

/** Ways to write a secret, in YAML and beside it; `Q` in a place stands for one of them. */
const ways = [
  secret,
  `"${secret}"`,
  `'${secret}'`,
  `"${secret}`,
  `'${secret}`,
  `"a" ${secret}`,
  `'a' "${secret}"`,
  "12345678",
  `*${secret}`,
  `&${secret}`,
  `!${secret} x`,
  `!${secret}`,
  `%${secret}`,
  `@${secret}`,
  `|${secret}`,
  `>${secret}`,

  `{ ${secret} }`,
  `[ ${secret} ]`,
  `{ ${secret}: x }`,
  `${secret}: x`,
  `x: ${secret}`,
  `{ ${secret}`,
  `${secret} }`,
  `{ "${secret}": 1, "${secret}": 2 }`,
  `{ env: "${secret}" }`,
  `{ env: ${secret}, file: x }`,
  `<<: ${secret}`,
  `- ${secret}`,
  `? ${secret}`,
  `{ *${secret} : 1 }`,
  `{ env: A } ${secret}`,
  `\t${secret}`,
  `"\\x ${secret}"`,
];
const places = [
  "snmp: Q",
  "community: Q",
  "password: Q",
  "snmp: [Q]",
  "snmp:\n      Q",
  "snmp: { community: Q }",
  "snmp: { version: 2c, community: Q }",
  "snmp: { version: Q, community: { env: A } }",
  "snmp: { version: 2c, Q }",
  "snmp: { version: 2c, comunity: Q }",
  "snmp:\n      version: 2c\n      community: Q",
  "snmp:\n      version: 2c\n      community:\n        Q",
  "snmp: { version: 3, user: u, auth: Q }",
  "snmp: { version: 3, user: u, auth: { protocol: sha, password: Q } }",
  "snmp: { version: 3, user: u, auth: { protocol: Q, password: { env: A } } }",
  "snmp: { version: 3, user: Q, priv: 5 }",
].map((place) => `${server}${host}${place}\n`);
const elsewhere = [
  `${server}snmp: Q\n`,
  `${server}community: Q\n`,
  `${server}defaults: { snmp: { community: Q } }\n`,
  `${server}hosts:\n  - { include: x.csv, snmp: Q }\n`,
  `${server.replace(" }]", ", snmp: Q }]")}`,
];

describe("a secret in the wrong place is not repeated", () => {
  it.each([...places, ...elsewhere].map((text) => [text.slice(text.lastIndexOf("    ")).trim() || text, text]))(
    "%s",
    async (_, text) => {
      for (const way of ways) {
        const message = await refusal(text.replaceAll("Q", way));
        expect(message).not.toMatch(/s3cret|12345678/);
        expect(message).toMatch(/^stdin/);
      }
    },
  );

  it("twin: where it belongs its name is taken, and other values are shown", async () => {
    expect(await refusal(`${server}${host}snmp: { version: 2c, community: { env: COMMUNITY } }\n`)).toBe("");
    expect(await refusal(`${server}${host}snmp: { version: 4, community: { env: COMMUNITY } }\n`)).toContain(
      "hosts[0].snmp.version: 4 is not one of 1, 2c, 3",
    );
    expect(
      await refusal(`${server}${host}snmp: { version: 2c, contxt: a, community: { env: COMMUNITY } }\n`),
    ).toContain('hosts[0].snmp.contxt: unknown key "contxt"; did you mean "context"?');
    expect(await refusal(`${server}${host}os: beos\n`)).toContain('"beos" is not one of');
  });
});

it.each(["root:$6$s3cret:19000:0:99999:7:::\nbin:*:19000:0:99999:7:::\n", "s3cret\n", "[s3cret]\nx=s3cret\n"])(
  "of a file that is no topology nothing is repeated: %j",
  async (text) => {
    expect(await refusal(text)).toMatch(/^stdin:1:1: /);
    expect(await refusal(text)).not.toContain("s3cret");
  },
);

it.each([
  ["a key that nobody knows", `${secret}: 1\n`, false],
  ["a key that nobody knows, among others of the kind", `${secret}: 1\nother: 2\n`, false],
  ["a key beside those of a topology", `${server}surplus: 1\n`, true],
  ["a slip of a known key", "hots: []\n", true],
])("a file of another kind is not quoted: %s", async (_what, text, isQuoted) => {
  const said = await refusal(text);
  expect(said).not.toContain(secret);
  expect(said.includes("surplus") || said.includes("hots")).toBe(isQuoted);
});
