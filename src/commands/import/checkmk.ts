import { InputError } from "../../model/text/problem.ts";
import { isOwnMachine } from "../../import/rest/place.ts";
import { draftOf } from "../../import/checkmk/draft-of.ts";
import { siteAt } from "../../import/rest/ask.ts";
import { type Access, openClient } from "../../import/rest/client.ts";
import { readInstallation } from "../../import/rest/read-installation.ts";
import { readText } from "../../load/text-file.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import { knowledge } from "./knowledge.ts";
import type { CheckmkOptions } from "./options.ts";
import { deliverDraft, refuseAddress, refuseTarget } from "./target.ts";

const caLimit = 5_000_000;
const secretLimit = 4096;

/** Imports a running Checkmk over REST. Nothing is changed there: GET is the only method that the client has. */
export async function importCheckmkCommand(options: CheckmkOptions, surroundings: Surroundings): Promise<ExitCode> {
  await refuseTarget(options);
  refuseAddress(options.address);
  const { env, signal, err, stderrIsTerminal } = surroundings;
  const access: Access = {
    url: siteUrl(options),
    user: options.user,
    secret: await readSecret(options, env),
    ...(options.ca === undefined ? {} : { ca: await readCa(options.ca) }),
    env,
    timeoutMs: options.timeout,
    signal,
  };
  const progress = (what: string): void => {
    if (stderrIsTerminal) err(`\r\u001B[2Kreading ${what} …`);
  };
  const client = await openClient(access);
  try {
    const { address } = options;
    const found = await readInstallation(siteAt(client, access), { url: access.url, address, progress });
    if (stderrIsTerminal) err("\r\u001B[2K");
    await deliverDraft(draftOf(found, await knowledge()), options, surroundings);
    return exitCodes.ok;
  } finally {
    await client.close();
  }
}

/** The URL of a site without what people copy with it; it must not send a secret in clear over a network. */
function siteUrl({ url, plainHttp }: CheckmkOptions): string {
  const refuse = (message: string): never => {
    throw new InputError([{ file: "--url", message }]);
  };
  if (!URL.canParse(url)) return refuse(`"${url.slice(0, 200)}" is no URL; write https://HOST/SITE`);
  const { protocol, username, password, host, hostname, pathname } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return refuse("write https://HOST/SITE");
  if (username !== "" || password !== "") {
    return refuse("a login does not belong into the URL: --user and --secret-env or --secret-file take it");
  }
  const [site = "", ...more] = pathname.split("/").filter(Boolean);
  if (site === "" || site === "check_mk") return refuse("the site is missing: https://HOST/SITE");
  if (more.length > 0 && more[0] !== "check_mk") {
    return refuse(`"/${site}/${more.join("/").slice(0, 100)}" is not the path of a site: https://HOST/SITE`);
  }
  if (protocol === "http:" && !plainHttp && !isOwnMachine(hostname)) {
    return refuse("http would send the secret in clear; use https, or --plain-http if the network is trusted");
  }
  return `${protocol}//${host}/${site}`;
}

async function readSecret({ secretEnv, secretFile }: CheckmkOptions, env: Surroundings["env"]): Promise<string> {
  const refuse = (file: string, message: string): never => {
    throw new InputError([{ file, message }]);
  };
  if ((secretEnv === undefined) === (secretFile === undefined)) {
    return refuse(
      "--secret-env",
      "name the variable or the file of the automation secret: --secret-env V or --secret-file F",
    );
  }
  const place = secretEnv === undefined ? "--secret-file" : "--secret-env";
  const given =
    secretEnv === undefined
      ? await readText(secretFile ?? "", secretLimit)
      : Object.hasOwn(env, secretEnv)
        ? env[secretEnv]
        : undefined;
  if (given === undefined) return refuse(place, `the environment variable ${secretEnv} is not set`);
  const secret = given.replace(/\r?\n$/, "");
  if (secret === "") return refuse(place, "the secret is empty");
  if (!/^[\u0021-\u007E\u00A0-\u00FF]+$/.test(secret)) {
    return refuse(place, "the secret has characters that a header cannot carry; is it the right variable or file?");
  }
  return secret;
}

async function readCa(file: string): Promise<string> {
  const pem = await readText(file, caLimit);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new InputError([{ file, message: "this is no certificate in PEM form (-----BEGIN CERTIFICATE-----)" }]);
}
