import type { Path } from "../yaml/place.ts";

/** What people write in place of a topology's words, by key: the words of other tools, of the product, of their trade. */
const otherWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  agent: {
    tls: "pull",
    ssl: "pull",
    encrypted: "pull",
    registered: "pull",
    controller: "pull",
    plain: "legacy",
    plaintext: "legacy",
    unencrypted: "legacy",
    xinetd: "legacy",
    no: "none",
    off: "none",
    false: "none",
    snmp: "none",
    ssh: "none",
    "no-agent": "none",
  },
  os: {
    debian: "linux",
    ubuntu: "linux",
    rhel: "linux",
    redhat: "linux",
    suse: "linux",
    sles: "linux",
    win: "windows",
    microsoft: "windows",
    unix: "other",
    bsd: "other",
    freebsd: "other",
    macos: "other",
    darwin: "other",
    solaris: "other",
    aix: "other",
    "hp-ux": "other",
  },
  stage: {
    production: "live",
    running: "live",
    installed: "live",
    postinstall: "live",
    "pre-install": "preinstall",
    before: "preinstall",
    planned: "preinstall",
  },
  expect: {
    allow: "open",
    allowed: "open",
    accept: "open",
    reachable: "open",
    closed: "blocked",
    block: "blocked",
    deny: "blocked",
    denied: "blocked",
    drop: "blocked",
    reject: "blocked",
    filtered: "blocked",
  },
  version: { "2": "2c", v1: "1", v2: "2c", v2c: "2c", v3: "3" },
  protocol: {
    sha1: "sha",
    "sha-1": "sha",
    "sha-224": "sha224",
    "sha-256": "sha256",
    "sha-384": "sha384",
    "sha-512": "sha512",
    aes128: "aes",
    "aes-128": "aes",
    aes256: "aes256b",
    "aes-256": "aes256b",
    "3des": "des",
  },
  service: { tls: "https", ssl: "https", tcp: "none" },
  scope: { localhost: "loopback", local: "loopback", lo: "loopback" },
  vantages: { localhost: "local", here: "local", this: "local" },
};

/** Other words for those that a place takes, with the word that they mean. */
export function otherWordsAt(path: Path): Readonly<Record<string, string>> {
  const isVantage = path[0] === "vantages" && path.length === 2; // its last step is the name of a node
  const key = isVantage ? "vantages" : path.findLast((step) => typeof step === "string");
  return otherWords[String(key)] ?? {};
}
