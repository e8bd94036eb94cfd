import { hostKeys } from "./host-keys.ts";
import type { KeyTable, KeyWords } from "./key-words.ts";
import { otherKeys } from "./other-keys.ts";
import { outgoingKeys } from "./outgoing-keys.ts";
import { serverKeys } from "./server-keys.ts";

/** Every key of a topology in words, by its path: `hosts[].snmp.version`; a star stands for a name of your own. */
export const topologyKeys: KeyTable = { ...serverKeys, ...hostKeys, ...outgoingKeys, ...otherKeys };

/** Keys that occur in several places and mean the same everywhere. */
const sameAs: readonly (readonly [RegExp, string])[] = [
  [/^remote_sites\[\]\./, "server."],
  [/^server\.outgoing\./, "outgoing."],
  [/^(?:hosts\[\]\.active_checks|outgoing\.notifications|outgoing\.exports)\[\]/, "hosts[].special_agents[]"],
  [/^hosts\[\]\.snmp\.(?:auth|priv)\.password\.(?=env$|file$)/, "hosts[].snmp.community."],
  [/^outgoing\.(?:ntp|smtp|ldap)\[\]\.(?=address$|port$)/, "outgoing.dns[]."],
  [/^outgoing\.license\.(?=address$|port$)/, "outgoing.dns[]."],
  [/^relays\[\]\.proxy\./, "outgoing.proxy."],
];

/** The place of the table that describes a key. */
export function describedAt(key: string): string {
  let place = key;
  for (const [pattern, other] of sameAs) place = place.replace(pattern, other);
  return place;
}

/** A path inside a topology as the table has it. */
const keyOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((key, step, at) => {
    if (typeof step === "number") return `${key}[]`;
    const isName = path[at - 1] === "vantages" || listsOfNames.has(path[at - 2] ?? "");
    return `${key}${at === 0 ? "" : "."}${isName ? "*" : String(step)}`;
  }, "");

const listsOfNames: ReadonlySet<PropertyKey> = new Set(["special_agents", "active_checks", "notifications", "exports"]);

/** The words for the key at a path, if there are any. */
export const wordsAt = (path: readonly PropertyKey[]): KeyWords | undefined => {
  const key = describedAt(keyOf(path));
  return Object.hasOwn(topologyKeys, key) ? topologyKeys[key] : undefined;
};
