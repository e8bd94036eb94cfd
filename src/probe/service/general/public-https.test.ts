import { rootCertificates } from "node:tls";
import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  closesWhenAsked,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page } from "../../../../test/cases/web-page.ts";
import { siteCertificate } from "../../../demo/certificates.ts";
import { isVouchedFor } from "../conversation/public-chain.ts";
import { askPublicHttps, askVouchedFor } from "./public-https.ts";

const day = 86_400_000;
const name = (value: string) => [{ name: "commonName", value }];
const authority = await generate(name("Public CA"), {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ],
});

/** A certificate for license.example.com from the authority, valid from and to so many days from now. */
async function leaf(from = -1, to = 1, signedBy = authority) {
  const pair = await generate(name("license.example.com"), {
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: signedBy.private, cert: signedBy.cert },
    notBeforeDate: new Date(Date.now() + from * day),
    notAfterDate: new Date(Date.now() + to * day),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "license.example.com" }] }],
  });
  return { key: pair.private, cert: `${pair.cert}\n${signedBy.cert}` };
}

const prober = askVouchedFor([authority.cert]);
const asking = { name: "license.example.com", patienceMs: 600 };
const certificate = expect.objectContaining({ subject: "license.example.com", issuer: "Public CA" }) as object;

describe("a certificate of a public authority", () => {
  it("is verified; nothing is asked beyond the handshake", async () => {
    const far = await peer(silent, await leaf());
    expect(await ask(prober, far, asking)).toEqual({
      finding: "verified",
      saw: "a public authority vouches for it",
      tlsVersion: "TLSv1.3",
      certificate,
    });
    expect(far.received()).toBe("");
  });

  it("need not have a name where the target is an address", async () => {
    expect(await ask(prober, await peer(silent, await leaf()), {})).toMatchObject({ finding: "verified" });
  });

  it("of another name is foreign", async () => {
    const found = await ask(prober, await peer(silent, await leaf()), { name: "hub.example.com" });
    expect(found).toMatchObject({ finding: "foreign-certificate", saw: "it is made out to another name" });
  });

  it.each([
    ["of yesterday", -3, -1],
    ["of tomorrow", 1, 3],
  ])("%s is outside its dates", async (_name, from, to) => {
    const found = await ask(prober, await peer(silent, await leaf(from, to)), asking);
    expect(found).toMatchObject({ finding: "certificate-expired", certificate });
  });
});

describe("a certificate of anybody else", () => {
  const saw = "no public authority vouches for it";
  const inspector = generate(name("Inspector"), {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "basicConstraints", cA: true }],
  });

  it.each([
    ["valid", -1, 1],
    ["of yesterday", -3, -1],
  ])("%s, is foreign and its issuer is named", async (_name, from, to) => {
    const far = await peer(silent, await leaf(from, to, await inspector));
    expect(await ask(prober, far, asking)).toMatchObject({
      finding: "foreign-certificate",
      saw,
      certificate: { issuer: "Inspector" },
    });
  });

  it("is foreign to Node's own list, too", async () => {
    const found = await ask(askPublicHttps, await peer(silent, await siteCertificate("main")), asking);
    expect(found).toMatchObject({
      finding: "foreign-certificate",
      saw,
      certificate: { issuer: "Site 'main' local CA" },
    });
  });
});

it.each<[string, Behaviour, string, string]>([
  ["HTTP without TLS", page({ status: 200 }), "plaintext", "HTTP 400 without TLS"],
  ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
  ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["a TLS alert", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 112)), "tls-failed", "TLS alert unrecognized_name"],
  ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
  ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
  ["silence", silent, "unanswered", "no answer to the TLS greeting"],
])("no TLS but %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(prober, await peer(behaviour), asking)).toEqual({ finding, saw });
});

describe("a chain leads to an authority", () => {
  const shown = (pem: string, above?: string) => {
    const { raw } = new X509Certificate(pem);
    const issuerCertificate = above === undefined ? { raw } : { raw: new X509Certificate(above).raw };
    return { raw, issuerCertificate } as Parameters<typeof isVouchedFor>[0];
  };
  const root = rootCertificates[0] ?? "";

  it("if it is one itself", () => expect(isVouchedFor(shown(root), rootCertificates)).toBe(true));

  it("if the one above signed it, not if it only bears its name", async () => {
    const forged = await generate(name("Public CA"), { keyType: "ec", algorithm: "sha256" });
    const { cert } = await leaf(-1, 1, { ...authority, cert: authority.cert });
    const own = cert.slice(0, cert.indexOf("-----END") + 25);
    expect(isVouchedFor(shown(own, authority.cert), [authority.cert])).toBe(true);
    expect(isVouchedFor(shown(own, authority.cert), [forged.cert])).toBe(false);
    expect(isVouchedFor(shown(own, root), rootCertificates)).toBe(false);
  });
});
