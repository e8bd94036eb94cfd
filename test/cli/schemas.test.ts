import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { committedSchema } from "./documents.ts";
import { portmatrix, root } from "./program.ts";

const shipped = (folder: string, isMeant: (name: string) => boolean): unknown[] =>
  readdirSync(`${root}${folder}`)
    .filter(isMeant)
    .map((name) => parse(readFileSync(`${root}${folder}/${name}`, "utf8")) as unknown);
const isYaml = (name: string) => name.endsWith(".yaml");
const isVersion = (name: string) => isYaml(name) && /^\d/.test(name);

/** A registration against a port of this machine where nothing listens. */
async function doctorRecord(): Promise<unknown[]> {
  const args = ["--server", "127.0.0.1:1", "--site", "main", "--timeout", "300ms", "--format", "json"];
  return [JSON.parse((await portmatrix(["doctor", "registration", ...args])).stdout) as unknown];
}

/** A walk that has nothing to walk from; `test/net/trace-world.ts` tries the schema with walks in namespaces. */
const untold = ["examples/firewall-change/topology.yaml", "--from", "web01", "--to", "cmk", "--tcp", "8000"];

/** Real documents for each committed schema. */
const documents: Readonly<Record<string, () => unknown[] | Promise<unknown[]>>> = {
  catalog: () => shipped("catalog/checkmk", isVersion),
  plugins: () => shipped("catalog/checkmk", (name) => isYaml(name) && !isVersion(name)),
  topology: () =>
    readdirSync(`${root}examples`).flatMap((name) => shipped(`examples/${name}`, (file) => file === "topology.yaml")),
  doctor: doctorRecord,
  request: async () => [
    JSON.parse((await portmatrix(["request", "examples/company/topology.yaml", "--format", "json"])).stdout) as unknown,
  ],
  trace: async () => [JSON.parse((await portmatrix(["trace", ...untold, "--format", "json"])).stdout) as unknown],
  // Tried elsewhere: a run in test/cli/formats.test.ts, the setup in test/cli/setup.test.ts, the messages of a vantage
  // point in test/generated.test.ts.
  run: () => [],
  setup: () => [],
  protocol: () => [],
};

it("every committed schema is tried with real documents", () => {
  const names = readdirSync(`${root}schema`).map((name) => name.replace(".schema.json", ""));
  expect(names.toSorted()).toEqual(Object.keys(documents).toSorted());
});

it.each(["catalog", "plugins", "topology", "doctor", "request", "trace"])(
  "%s: real documents fit, and none with a key more",
  async (name) => {
    const schema = committedSchema(name);
    const real = (await documents[name]?.()) ?? [];
    expect(real.length).toBeGreaterThan(0);
    for (const document of real) {
      expect(schema.safeParse(document)).toMatchObject({ success: true });
      expect(schema.safeParse({ ...(document as object), unheard: true })).toMatchObject({ success: false });
    }
  },
);
