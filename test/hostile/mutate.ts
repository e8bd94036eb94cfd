import type { Random } from "./random.ts";

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const at = (bytes: Buffer, random: Random): number => random.int(bytes.length + 1);

/** Ways to damage a text or a message a little, so that it leads far into its reader. */
const mutations: readonly Mutation[] = [
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => bytes.subarray(at(bytes, random)),
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let times = 1 + random.int(6); times > 0 && copy.length > 0; times--)
      copy[random.int(copy.length)] = random.int(256);
    return copy;
  },
  (bytes, random) => {
    const place = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, place), random.bytes(1 + random.int(8)), bytes.subarray(place)]);
  },
  (bytes, random) => {
    const [from, length] = [at(bytes, random), 1 + random.int(40)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  },
  (bytes, random) => {
    const from = at(bytes, random);
    const piece = bytes.subarray(from, from + 1 + random.int(30));
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array<Buffer>(2 + random.int(200)).fill(piece),
      bytes.subarray(from),
    ]);
  },
  (bytes, random) => {
    const numbers = ["0", "-1", "65536", "4294967296", "1e309", "99999999999999999999", "NaN", "null"];
    return Buffer.from(bytes.toString("latin1").replace(/\d+/, random.pick(numbers)), "latin1");
  },
];

/** The bytes, damaged in one to three ways. */
export function mutate(bytes: Uint8Array, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let times = 1 + random.int(3); times > 0; times--) result = Buffer.from(random.pick(mutations)(result, random));
  return result.subarray(0, 4_000_000);
}
