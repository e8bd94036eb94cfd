import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Lookup, openResolver, type ResolverOptions, type Resolution } from "./resolve.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const found = (...addresses: string[]): Resolution => ({
  addresses: addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
});
type Answer = { afterMs: number; addresses?: string[]; code?: string };

/** A resolver of the system that does what the table says, and records what it was asked and how much at once. */
function fakeLookup(answers: Record<string, Answer>) {
  const asked: { name: string; at: number }[] = [];
  let running = 0;
  const record = { asked, most: 0 };
  const startedAt = performance.now();
  const lookup: Lookup = (name, callback) => {
    asked.push({ name, at: performance.now() - startedAt });
    record.most = Math.max(record.most, ++running);
    const { afterMs, addresses = [], code } = answers[name] ?? (answers["*"] as Answer);
    setTimeout(() => {
      running--;
      const error = code === undefined ? null : Object.assign(new Error(`getaddrinfo ${code}`), { code });
      callback(
        error,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    }, afterMs);
  };
  return Object.assign(record, { lookup });
}

/** Resolves all names at once; gives each one's result and when it was there. */
async function resolveAll(names: readonly string[], options: ResolverOptions) {
  const resolve = openResolver({ timeoutMs: 6000, ...options });
  const startedAt = performance.now();
  const results: { name: string; at: number; resolution: Resolution }[] = [];
  const all = names.map((name) =>
    resolve(name).then((resolution) => results.push({ name, at: performance.now() - startedAt, resolution })),
  );
  await vi.advanceTimersByTimeAsync(120_000);
  await Promise.all(all);
  return results;
}

describe("openResolver", () => {
  it.each<[string, string, Answer, Resolution | RegExp]>([
    [
      "both families in the resolver's order",
      "a",
      { afterMs: 1, addresses: ["2001:db8::1", "192.0.2.1"] },
      found("2001:db8::1", "192.0.2.1"),
    ],
    ["each address once", "a", { afterMs: 1, addresses: ["192.0.2.1", "192.0.2.1"] }, found("192.0.2.1")],
    [
      "an IPv4-mapped address as the IPv4 address that it is, once",
      "a",
      { afterMs: 1, addresses: ["::ffff:192.0.2.1", "192.0.2.1", "::ffff:c000:202"] },
      found("192.0.2.1", "192.0.2.2"),
    ],
    ["a name that does not exist", "a", { afterMs: 1, code: "ENOTFOUND" }, /^a does not exist/],
    ["a name without an address", "a", { afterMs: 1, code: "ENODATA" }, /^a exists but has no address/],
    ["an empty answer", "a", { afterMs: 1 }, /^a exists but has no address/],
    ["no resolver", "a", { afterMs: 1, code: "EAI_AGAIN" }, /gave no answer for a \(EAI_AGAIN\)/],
    ["another error", "a", { afterMs: 1, code: "EAI_FAIL" }, /^a could not be looked up: getaddrinfo EAI_FAIL/],
    ["too late", "a", { afterMs: 6001, addresses: ["192.0.2.1"] }, /no answer for a within 6000 ms/],
    ["just in time", "a", { afterMs: 5999, addresses: ["192.0.2.1"] }, found("192.0.2.1")],
  ])("%s", async (_name, name, answer, expected) => {
    const { lookup } = fakeLookup({ "*": answer });
    const [result] = await resolveAll([name], { lookup });
    if (expected instanceof RegExp)
      expect(result?.resolution).toMatchObject({ failure: expect.stringMatching(expected) });
    else expect(result?.resolution).toEqual(expected);
  });

  it.each(["192.0.2.1", "2001:db8::1"])("does not look up the literal %s", async (address) => {
    const { lookup, asked } = fakeLookup({});
    const [result] = await resolveAll([address], { lookup });
    expect(result?.resolution).toEqual(found(address));
    expect(asked).toEqual([]);
  });

  it("asks for each name once, whatever its case", async () => {
    const { lookup, asked } = fakeLookup({ "*": { afterMs: 5, addresses: ["192.0.2.1"] } });
    expect(await resolveAll(["a", "A", "a", "b"], { lookup })).toHaveLength(4);
    expect(asked.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("keeps the limit, and a name's own time starts with its lookup", async () => {
    const fake = fakeLookup({ "*": { afterMs: 4000, addresses: ["192.0.2.1"] } });
    const results = await resolveAll(["a", "b", "c", "d", "e", "f"], { lookup: fake.lookup, lookupsAtOnce: 2 });
    expect(fake.most).toBe(2);
    expect(results.map(({ at }) => at)).toEqual([4000, 4000, 8000, 8000, 12_000, 12_000]);
    expect(results.every(({ resolution }) => "addresses" in resolution)).toBe(true);
  });

  it("holds the place of a lookup that was given up, because its thread is still busy", async () => {
    const fake = fakeLookup({
      lame: { afterMs: 10_000, code: "EAI_AGAIN" },
      "*": { afterMs: 10, addresses: ["192.0.2.1"] },
    });
    const results = await resolveAll(["lame", "b", "c"], { lookup: fake.lookup, lookupsAtOnce: 1 });
    expect(results.map(({ name, at }) => [name, at])).toEqual([
      ["lame", 6000],
      ["b", 10_010],
      ["c", 10_020],
    ]);
  });

  it("a dead resolver fails all names soon, and asks no more", async () => {
    const { lookup, asked } = fakeLookup({ "*": { afterMs: 30_000, code: "EAI_AGAIN" } });
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const results = await resolveAll(names, { lookup, lookupsAtOnce: 2 });
    expect(Math.max(...results.map(({ at }) => at))).toBe(12_000);
    expect(asked).toHaveLength(2);
    expect(results.at(-1)?.resolution).toEqual({
      failure: expect.stringMatching(/^not looked up: .* 4 lookups in a row/),
    });
  });

  it("a dead resolver that the C library gives up first fails all names as soon", async () => {
    const { lookup, asked } = fakeLookup({ "*": { afterMs: 5_000, code: "EAI_AGAIN" } });
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const results = await resolveAll(names, { lookup, lookupsAtOnce: 2 });
    expect(Math.max(...results.map(({ at }) => at))).toBe(10_000);
    expect(asked).toHaveLength(5); // the fifth had begun before the fourth ended
  });

  it("failures that a name server reports at once do not make the resolver dead", async () => {
    const { lookup, asked } = fakeLookup({ "*": { afterMs: 5, code: "EAI_AGAIN" } });
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    await resolveAll(names, { lookup, lookupsAtOnce: 2 });
    expect(asked).toHaveLength(100);
  });

  it("some lame names among many do not make the resolver dead", async () => {
    const lame = Object.fromEntries(
      ["x1", "x2", "x3", "x4", "x5"].map((name) => [name, { afterMs: 10_000, code: "EAI_AGAIN" }]),
    );
    const { lookup } = fakeLookup({ ...lame, "*": { afterMs: 1000, addresses: ["192.0.2.1"] } });
    const names = ["x1", "a", "b", "x2", "c", "d", "x3", "e", "x4", "f", "g", "x5", "h"];
    const results = await resolveAll(names, { lookup, lookupsAtOnce: 4 });
    const failed = results.filter(({ resolution }) => "failure" in resolution).map(({ name }) => name);
    expect(failed.toSorted()).toEqual(["x1", "x2", "x3", "x4", "x5"]);
  });

  it("a resolver that comes back is asked again", async () => {
    const { lookup } = fakeLookup({
      "*": { afterMs: 13_000, addresses: ["192.0.2.1"] },
      late: { afterMs: 5, addresses: ["192.0.2.2"] },
    });
    const resolve = openResolver({ lookup, lookupsAtOnce: 2, timeoutMs: 6000 });
    const early = Promise.all([resolve("a"), resolve("b")]);
    await vi.advanceTimersByTimeAsync(13_000);
    const late = resolve("late");
    await vi.advanceTimersByTimeAsync(100);
    expect(await early).toMatchObject([{ failure: expect.any(String) }, { failure: expect.any(String) }]);
    expect(await late).toEqual(found("192.0.2.2"));
  });
});
