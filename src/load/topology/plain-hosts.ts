import { parseAddress } from "../../model/address/address.ts";
import { hostSchema } from "../../model/topology/topology.ts";
import type { Host } from "../../model/topology/topology.ts";

/**
 * Hosts as `hostSchema` reads them, if it would find nothing wrong; `undefined` if it might, and then it must be asked.
 * Of many hosts most differ in name and address only. So these two are read for each, and all else once for each
 * combination that there is: hosts with the same settings share them. The schema would take ten times as long.
 */
export function readPlainHosts(written: readonly unknown[]): Host[] | undefined {
  const hostLike = openSettings();
  const hosts: Host[] = [];
  let before: Entry = {};
  let keys: string[] = [];
  let like: Host | undefined;
  for (const one of written) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) return undefined;
    const entry = one as Entry;
    const { name } = entry;
    const addresses = readAddresses(entry["address"]);
    if (addresses === undefined || !hostSchema.shape.name.safeParse(name).success) return undefined;
    if (like === undefined || !haveSameSettings(entry, before, keys)) {
      like = hostLike(settingsIn(entry));
      before = entry;
      keys = Object.keys(entry);
    }
    if (like === undefined) return undefined;
    hosts.push({ ...like, name: name as string, address: addresses }); // V8 copies fast what is spread first
  }
  return hosts;
}

type Entry = Readonly<Record<string, unknown>>;

function settingsIn({ name: _name, address: _address, ...rest }: Entry): Entry {
  return rest;
}

/** Whether both have the same keys in the same order, and the same values but for name and address; as rows of a table do. */
function haveSameSettings(one: Entry, other: Entry, keys: readonly string[]): boolean {
  let at = 0;
  for (const key in one) {
    if (key !== keys[at++]) return false;
    if (key !== "name" && key !== "address" && one[key] !== other[key]) return false;
  }
  return at === keys.length;
}

/** An IPv4 address that is written as `parseAddress` would write it. */
const canonical = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4}$/;

/** Unspecified, multicast and above, which `parseAddress` looks at. */
const ofNoHost = /^(?:0\.0\.0\.0$|2(?:2[4-9]|[345]\d)\.)/;

function readAddresses(written: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(written) ? written : [written];
  const addresses = list.map(readAddress); // not pushed one by one: an array that grows has room for sixteen more
  return addresses.length > 0 && addresses.every((address) => address !== undefined) ? addresses : undefined;
}

function readAddress(written: unknown): string | undefined {
  if (typeof written !== "string") return undefined;
  return canonical.test(written) && !ofNoHost.test(written) ? written : parseAddress(written)?.text;
}

/** Reads settings by the schema, each combination once; lists and maps are the same only if they are one object. */
function openSettings(): (settings: Entry) => Host | undefined {
  const known = new Map<string, Host | undefined>();
  const objects = new Map<object, number>();
  const nameOf = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? typeof value;
    const number = objects.get(value) ?? objects.size;
    objects.set(value, number);
    return `#${number}`;
  };
  return (written) => {
    let combination = "";
    for (const key in written) combination += `${JSON.stringify(key)}:${nameOf(written[key])},`;
    if (!known.has(combination)) known.set(combination, hostWith(written));
    return known.get(combination);
  };
}

/** Some host with these settings, to be copied. */
function hostWith(settings: Entry): Host | undefined {
  return hostSchema.safeParse({ ...settings, name: "host", address: "127.0.0.1" }).data;
}
