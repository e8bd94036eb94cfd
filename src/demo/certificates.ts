import { generate } from "selfsigned";

/** Key and certificate chain of a TLS listener, in PEM. */
export interface Certificate {
  key: string;
  /** The leaf, followed by the certificate of the authority that signed it. */
  cert: string;
}

const subject = (commonName: string): { name: string; value: string }[] => [{ name: "commonName", value: commonName }];
const common = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** A certificate for `name`, signed by an authority of the given name that is made for it. It lives in memory only. */
async function certified(name: string, authorityName: string): Promise<Certificate> {
  const authority = await generate(subject(authorityName), {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate(subject(name), {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: leaf.private, cert: `${leaf.cert}\n${authority.cert}` };
}

/**
 * The certificate of an OMD site: subject and DNS name are the site's id, the issuer is `Site 'ID' local CA`, and the
 * chain holds leaf and root (Checkmk, omdlib/certs.py `write_site_certificate`).
 */
export const siteCertificate = (site: string): Promise<Certificate> => certified(site, `Site '${site}' local CA`);

/** The certificate that a TLS inspection on the way makes up for a service: its name, but signed by the inspector. */
export const inspectedCertificate = (name: string): Promise<Certificate> => certified(name, "Demo TLS inspection CA");

/** A certificate that a web server signed for itself. */
export async function webCertificate(name: string): Promise<Certificate> {
  const pair = await generate(subject(name), {
    ...common,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
  });
  return { key: pair.private, cert: pair.cert };
}
