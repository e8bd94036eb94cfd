import { type Registration, registrationSchema } from "../../src/model/registration/registration.ts";
import { cli } from "./check.ts";
import type { Lab } from "./lab.ts";
import { play } from "./paths.ts";

/** Starts what an agent meets that registers with the site `main`: its web server and its receiver. */
export async function playServer(lab: Lab, node: string): Promise<void> {
  const part = { address: "::", site: "main", receiverPort: 8000 };
  await play(lab, node, [
    { ...part, service: "http", port: 80 },
    { ...part, service: "https", port: 443 },
    { ...part, service: "https", port: 8000 },
  ]);
}

/** The record of `doctor registration` for that site, asked in a node; `through` are further options. */
export async function askDoctor(
  lab: Lab,
  node: string,
  server: string,
  through: readonly string[] = [],
  behind: readonly string[] = [],
): Promise<Registration> {
  const argv = [process.execPath, cli, "doctor", "registration", "--server", server, "--site", "main"];
  const { stdout, stderr } = await lab.on(node, [
    ...behind,
    ...argv,
    "--timeout",
    "4s",
    "--format",
    "json",
    ...through,
  ]);
  if (stdout === "") throw new Error(`no record: ${stderr}`);
  return registrationSchema.parse(JSON.parse(stdout));
}

/** What it concludes, without times. */
export const doctorInShort = ({ verdict, firstBroken, causes, steps }: Registration): object => ({
  verdict,
  firstBroken,
  causes: causes.map(({ code }) => code),
  steps: steps.map(({ name, state, symptom }) => [name, state, symptom]),
});
