import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Flow, Plan } from "../../model/flow.ts";
import { InputError } from "../../model/text/problem.ts";
import { readText } from "../../load/text-file.ts";
import { type Hmac, asHex, fromHex, probeKey, runOf } from "../../wire/responder/token.ts";

const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();

/** Least length of a key that people hand on, in characters: 128 bits in hexadecimal digits. */
const leastCharacters = 32;
const mostBytes = 4_096;
const variable = "PORTMATRIX_KEY";

/** A key that nobody else has; it lives as long as the run. */
export const newKey = (): string => asHex(randomBytes(32));

/** Where a key that both sides share is read from: a file, or the environment. Never an argument, which others can read. */
export interface KeyPlace {
  keyFile?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/** The shared key, as 64 hexadecimal digits; `undefined` where none is given. A bad one is an InputError. */
export async function readKey({ keyFile, env }: KeyPlace): Promise<string | undefined> {
  if (keyFile !== undefined) return keyOf((await readText(keyFile, mostBytes)).trim(), keyFile);
  const text = env[variable];
  return text === undefined ? undefined : keyOf(text.trim(), variable);
}

/** The key that a text stands for. */
export function keyOf(text: string, file: string): string {
  if (text.length >= leastCharacters) return createHash("sha256").update(text).digest("hex");
  const message = `a key is a random text of at least ${leastCharacters} characters; make one with: openssl rand -hex 32`;
  throw new InputError([{ file, message }]);
}

/** What stands for a probe in requests, in hexadecimal digits. */
export const tagOf = (probe: string): string => createHash("sha256").update(probe).digest("hex").slice(0, 32);

/** Name of the run that a key belongs to. */
export const runNameOf = (key: string): string => asHex(runOf(hmac, fromHex(key)));

/** The key of one probe. */
export const keyOfProbe = (key: string, tag: string): string => asHex(probeKey(hmac, fromHex(key), fromHex(tag)));

/** The probe of a flow as whoever sends for its node alone names it. */
export const ownProbeOf = ({ from, probe }: Pick<Flow, "from" | "probe">): string =>
  `${from}${probe.slice(probe.indexOf("->"))}`;

/** What two sides must agree on about a node: the probes that end there. Nodes that share a machine change nothing. */
export function planHashOf({ flows }: Pick<Plan, "flows">, node: string): string {
  const lines = flows.filter(({ to }) => to === node).map((flow) => `${flow.id} ${ownProbeOf(flow)}\n`);
  return createHash("sha256").update(lines.toSorted().join("")).digest("hex");
}
