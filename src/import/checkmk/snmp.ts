import type { DraftSnmp } from "../draft/draft.ts";
import { isMap, type Literal, lookUp } from "../python/literal.ts";

/** How a host's SNMP agent is asked, with the secrets in clear: it goes no further than `namedSnmp`. */
export type Credential =
  | { kind: "community"; value: string }
  | {
      kind: "v3";
      user: string;
      auth?: { protocol: string; password: string };
      priv?: { protocol: string; password: string };
    };

/** What Checkmk writes for a protocol, without case and signs, as a topology writes it. */
const authProtocols: Readonly<Record<string, string>> = {
  md5: "md5",
  md596: "md5",
  sha: "sha",
  sha1: "sha",
  sha196: "sha",
  sha224: "sha224",
  sha2224: "sha224",
  sha256: "sha256",
  sha2256: "sha256",
  sha384: "sha384",
  sha2384: "sha384",
  sha512: "sha512",
  sha2512: "sha512",
};
/**
 * Checkmk asks with Net-SNMP, whose AES-256 makes its key as Blumenthal's draft says; Reeder's way has a name of its own there
 * (docs/notes/importing.md).
 */
const privProtocols: Readonly<Record<string, string>> = {
  des: "des",
  cbcdes: "des",
  aes: "aes",
  aes128: "aes",
  aes256: "aes256b",
  aes256blumenthal: "aes256b",
};
/** Protocols that net-snmp, which asks here, does not have. */
const unspoken: Readonly<Record<string, string>> = {
  "3desede": "3DES-EDE",
  "3des": "3DES-EDE",
  aes192: "AES-192",
  aes192blumenthal: "AES-192-Blumenthal",
};
const bare = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A host's own credential as REST gives it; `undefined` where it is none, or none that is known. */
export function credentialOfAttribute(value: unknown): Credential | undefined {
  if (typeof value === "string") return { kind: "community", value };
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return credentialOfTuple(value as Literal[]);
  const given = value as Readonly<Record<string, unknown>>;
  const community = text(given["community"]);
  if (community !== undefined) return { kind: "community", value: community };
  return v3Of({
    user: text(given["security_name"]),
    auth: [text(given["auth_protocol"]), text(given["auth_password"])],
    priv: [text(given["privacy_protocol"]), text(given["privacy_password"])],
  });
}

/** A credential as rules and files of a site have it: a community, or a tuple of version 3. */
export function credentialOfTuple(value: Literal | undefined): Credential | undefined {
  if (typeof value === "string") return { kind: "community", value };
  if (!Array.isArray(value) || isMap(value)) return undefined;
  const [level, ...rest] = (value as readonly Literal[]).map(text);
  if (level === "noAuthNoPriv") return v3Of({ user: rest[0], auth: [], priv: [] });
  const [protocol, user, password, privProtocol, privPassword] = rest;
  if (level !== "authNoPriv" && level !== "authPriv") return undefined;
  return v3Of({ user, auth: [protocol, password], priv: level === "authPriv" ? [privProtocol, privPassword] : [] });
}

type Pair = readonly (string | undefined)[];

function v3Of({ user, auth, priv }: { user: string | undefined; auth: Pair; priv: Pair }): Credential | undefined {
  if (user === undefined || user === "") return undefined;
  const pair = ([protocol, password]: Pair) =>
    protocol === undefined || password === undefined ? undefined : { protocol, password };
  const [first, second] = [pair(auth), pair(priv)];
  return {
    kind: "v3",
    user,
    ...(first === undefined ? {} : { auth: first }),
    ...(second === undefined ? {} : { priv: second }),
  };
}

/** Gives the variable that stands for a secret. */
export type NameSecret = (value: string, holds: string) => { env: string };

/** SNMP settings with variables in place of secrets; a text says why there are none. */
export function namedSnmp(
  credential: Credential,
  { version, nameSecret, host }: { version: "1" | "2c"; nameSecret: NameSecret; host: string },
): DraftSnmp | string {
  if (credential.kind === "community") {
    if (credential.value === "") return "SNMP community is empty, so it is not asked over SNMP";
    return { version, community: nameSecret(credential.value, `SNMP community of ${host}`) };
  }
  const { user, auth, priv } = credential;
  const authProtocol = auth === undefined ? undefined : authProtocols[bare(auth.protocol)];
  const privProtocol = priv === undefined ? undefined : privProtocols[bare(priv.protocol)];
  const cannot = (why: string): string => `SNMP was left out: it cannot be asked by portmatrix because ${why}`;
  if (auth !== undefined && authProtocol === undefined) return cannot("its authentication protocol is not known here");
  if (priv !== undefined && privProtocol === undefined) {
    const name = unspoken[bare(priv.protocol)];
    return cannot(
      name === undefined
        ? "its privacy protocol is not known here"
        : `its SNMP library has no privacy protocol ${name}`,
    );
  }
  if (priv !== undefined && auth === undefined) return cannot("it has privacy without authentication");
  return {
    version: "3",
    user,
    ...(auth === undefined || authProtocol === undefined
      ? {}
      : {
          auth: {
            protocol: authProtocol,
            password: nameSecret(auth.password, `SNMPv3 authentication password of ${user} at ${host}`),
          },
        }),
    ...(priv === undefined || privProtocol === undefined
      ? {}
      : {
          priv: {
            protocol: privProtocol,
            password: nameSecret(priv.password, `SNMPv3 privacy password of ${user} at ${host}`),
          },
        }),
  };
}

/** Numbers secrets by their value, so that hosts with one community share a variable. */
export function secretNames(): { name: NameSecret; list: () => { env: string; holds: string }[] } {
  const known = new Map<string, { env: string; first: string; uses: number }>();
  return {
    name: (value, holds) => {
      const entry = known.get(value) ?? { env: `SNMP_${known.size + 1}`, first: holds, uses: 0 };
      known.set(value, { ...entry, uses: entry.uses + 1 });
      return { env: entry.env };
    },
    list: () =>
      [...known.values()].map(({ env, first, uses }) => ({
        env,
        holds: uses > 1 ? `${first} (used ${uses} times)` : first,
      })),
  };
}

/** A port that a rule sets. */
export function portOfRule(value: Literal): number | undefined {
  const port = typeof value === "number" ? value : lookUp(value, "port");
  return typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}
