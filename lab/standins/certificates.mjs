// Certificates made with the openssl program; the site's own come from lab/services/site-certificate.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const siteScript = fileURLToPath(new URL("../services/site-certificate", import.meta.url));
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/**
 * What a site has: `pem` holds key, leaf and root together, `ca` the root alone. `issuer` is the name of another
 * authority than the site's own, as a TLS inspector has it. `state` is the node's directory (`LAB_STATE`).
 */
export function siteCertificate(state, site, issuer) {
  const argv = issuer === undefined || issuer === "" ? [site] : [site, issuer];
  const env = { ...process.env, LAB_STATE: state };
  const directory = execFileSync(siteScript, argv, {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
  return {
    pem: readFileSync(join(directory, "site.pem")),
    ca: readFileSync(join(directory, "ca.pem")),
  };
}

/** The certificate that a site gave an agent: CN is the agent's UUID, the issuer is the site's agent signing CA. */
export function agentCertificate(directory, uuid, site) {
  mkdirSync(directory, { recursive: true });
  const file = (name) => join(directory, name);
  const openssl = (...argv) => execFileSync("openssl", argv, { stdio: ["ignore", "ignore", "ignore"] });
  const authority = `/CN=Site '${site}' agent signing CA`;
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "3650",
    "-subj",
    authority,
    "-keyout",
    file("ca.key"),
    "-out",
    file("ca.pem"),
  );
  openssl("req", ...newKey, "-subj", `/CN=${uuid}`, "-keyout", file("key.pem"), "-out", file("csr.pem"));
  writeFileSync(file("extensions"), `subjectAltName=DNS:${uuid}\n`);
  const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("extensions")];
  openssl("x509", "-req", "-in", file("csr.pem"), ...signer, "-days", "3650", "-out", file("leaf.pem"));
  return { key: readFileSync(file("key.pem")), cert: readFileSync(file("leaf.pem")) };
}
