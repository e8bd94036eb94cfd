// The lab's SSH key, derived from a word that prober and hosts share, so that no private key lies in the repository.
// It opens nodes of the lab and nothing else. Usage: node ssh-key.mjs public|private SECRET
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { pathToFileURL } from "node:url";

const algorithm = Buffer.from("ssh-ed25519");
const comment = "portmatrix-lab";
/** PKCS #8 header of a raw Ed25519 seed (RFC 8410, section 7). */
const pkcs8Header = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * An Ed25519 key pair made from a secret: `publicLine` for authorized_keys(5), `privatePem` in OpenSSH's own format
 * (PROTOCOL.key in its source), which every version reads.
 */
export function deriveSshKey(secret) {
  const seed = createHash("sha256").update(`portmatrix lab ssh key ${secret}`).digest();
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Header, seed]), format: "der", type: "pkcs8" });
  const point = Buffer.from(createPublicKey(privateKey).export({ format: "jwk" }).x, "base64url");
  const publicBlob = Buffer.concat([field(algorithm), field(point)]);
  const check = seed.subarray(0, 4); // written twice; OpenSSH compares them after decryption
  const secretPart = pad(
    Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point])), field(Buffer.from(comment))]),
  );
  const none = field(Buffer.from("none"));
  const one = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    none, // cipher
    none, // key derivation
    field(Buffer.alloc(0)),
    one, // number of keys
    field(publicBlob),
    field(secretPart),
  ]);
  const lines = blob
    .toString("base64")
    .match(/.{1,70}/g)
    .join("\n");
  return {
    publicLine: `${algorithm} ${publicBlob.toString("base64")} ${comment}\n`,
    privatePem: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
  };
}

/** An SSH string: length in four bytes, then the bytes (RFC 4251, section 5). */
function field(bytes) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Fills up to a multiple of 8 with 1, 2, 3 …, as the format wants. */
function pad(bytes) {
  return Buffer.concat([bytes, Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (bytes.length % 8)) % 8))]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , part, secret] = process.argv;
  const key = deriveSshKey(secret ?? "");
  if (secret === undefined || (part !== "public" && part !== "private")) {
    process.stderr.write("usage: node ssh-key.mjs public|private SECRET\n");
    process.exitCode = 2;
  } else process.stdout.write(part === "public" ? key.publicLine : key.privatePem);
}
