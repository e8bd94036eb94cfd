import { expect, it } from "vitest";
import { credentialOfAttribute, credentialOfTuple, namedSnmp, secretNames } from "./snmp.ts";

const named = (credential: ReturnType<typeof credentialOfTuple>) => {
  if (credential === undefined) throw new Error("no credential");
  const snmp = namedSnmp(credential, { version: "2c", nameSecret: secretNames().name, host: "sw1" });
  return typeof snmp === "string"
    ? snmp
    : snmp.version === "3"
      ? [snmp.auth?.protocol, snmp.priv?.protocol]
      : snmp.version;
};
const cannot = (why: string) => `SNMP was left out: it cannot be asked by portmatrix because ${why}`;

/** As REST calls a protocol, as rules and files do, and what a topology has for it. */
it.each([
  ["MD5-96", "md5", "md5"],
  ["SHA-1-96", "sha", "sha"],
  ["SHA-2-224", "SHA-224", "sha224"],
  ["SHA-2-256", "SHA-256", "sha256"],
  ["SHA-2-384", "SHA-384", "sha384"],
  ["SHA-2-512", "SHA-512", "sha512"],
])("authentication %s and %s", (rest, file, protocol) => {
  const attribute = {
    type: "v3_auth_no_privacy",
    security_name: "u",
    auth_protocol: rest,
    auth_password: "secret-one",
  };
  expect(named(credentialOfAttribute(attribute))).toEqual([protocol, undefined]);
  expect(named(credentialOfTuple(["authNoPriv", file, "u", "secret-one"]))).toEqual([protocol, undefined]);
});

it.each([
  ["CBC-DES", "DES", "des"],
  ["AES-128", "AES", "aes"],
  ["AES-256", "AES-256", "aes256b"],
  ["AES-256-Blumenthal", "AES-256-Blumenthal", "aes256b"],
])("privacy %s and %s", (rest, file, protocol) => {
  const attribute = {
    type: "v3_auth_privacy",
    security_name: "u",
    auth_protocol: "SHA-2-256",
    auth_password: "secret-one",
    privacy_protocol: rest,
    privacy_password: "secret-two",
  };
  expect(named(credentialOfAttribute(attribute))).toEqual(["sha256", protocol]);
  expect(named(credentialOfTuple(["authPriv", "SHA-256", "u", "secret-one", file, "secret-two"]))).toEqual([
    "sha256",
    protocol,
  ]);
});

it.each([
  ["SHA-256", "AES-192", cannot("its SNMP library has no privacy protocol AES-192")],
  ["SHA-256", "AES-192-Blumenthal", cannot("its SNMP library has no privacy protocol AES-192-Blumenthal")],
  ["SHA-256", "3DES-EDE", cannot("its SNMP library has no privacy protocol 3DES-EDE")],
  ["SHA-256", "ROT13", cannot("its privacy protocol is not known here")],
  ["SHA-3", "AES", cannot("its authentication protocol is not known here")],
])("%s with %s is told, and no other protocol is taken in its place", (auth, priv, text) => {
  expect(named(credentialOfTuple(["authPriv", auth, "u", "secret-one", priv, "secret-two"]))).toBe(text);
});
