import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";

vi.setConfig({ hookTimeout: 300_000 });

/** The schemas of Kubernetes, as a package that nobody needs but this test: it has as many files as all others together. */
const schemas = "kubernetes-models@4.5.1";
const folder = fileURLToPath(new URL("../../integrations/kubernetes/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "portmatrix-kubernetes-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Model = new (value: unknown) => { validate(): void };
const models: Record<string, Model> = {};
beforeAll(() => {
  writeFileSync(join(scratch, "package.json"), "{}");
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", schemas], {
    cwd: scratch,
    stdio: "pipe",
  });
  const load = createRequire(join(scratch, "package.json"));
  models["apps/v1 DaemonSet"] = load("kubernetes-models/apps/v1/DaemonSet").DaemonSet as Model;
  models["batch/v1 Job"] = load("kubernetes-models/batch/v1/Job").Job as Model;
});

type Tree = Record<string, unknown> | unknown[];
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;
/** Every place in a value, as the keys that lead there. */
const placesIn = (value: unknown): (string | number)[][] =>
  isTree(value)
    ? Object.entries(value).flatMap(([key, inner]) => {
        const step = Array.isArray(value) ? Number(key) : key;
        return [[step], ...placesIn(inner).map((rest) => [step, ...rest])];
      })
    : [];

function complaintAbout(manifest: unknown, kind: string): string | undefined {
  const Kind = models[kind];
  if (Kind === undefined) throw new Error(`no schema for ${kind}`);
  try {
    new Kind(manifest).validate();
    return undefined;
  } catch (error) {
    return String((error as Error).message);
  }
}

/** The same with something at one place that no key of Kubernetes takes. */
function withWrong(manifest: Tree, place: readonly (string | number)[]): unknown {
  const copy = structuredClone(manifest);
  const parent = place.slice(0, -1).reduce<Tree>((value, step) => (value as Record<string, Tree>)[step] as Tree, copy);
  const at = place.at(-1) ?? "";
  const old = (parent as Record<string, unknown>)[at];
  (parent as Record<string, unknown>)[at] = isTree(old) ? 7.5 : [{}];
  return copy;
}

describe.each(readdirSync(folder))("the manifest %s", (file) => {
  const manifest = parse(readFileSync(join(folder, file), "utf8")) as Tree & { kind: string; apiVersion: string };
  const kind = `${manifest.apiVersion} ${manifest.kind}`;

  it("is what the schema of its kind takes", () => expect(complaintAbout(manifest, kind)).toBeUndefined());

  it("has no key that the schema does not know: something wrong in its place would be taken", () => {
    const unknown = placesIn(manifest).filter(
      (place) => complaintAbout(withWrong(manifest, place), kind) === undefined,
    );
    expect(unknown.map((place) => place.join("."))).toEqual([]);
    const mistyped = structuredClone(manifest) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    mistyped.spec.template.spec["hostNetwrok"] = true;
    const place = ["spec", "template", "spec", "hostNetwrok"];
    expect(complaintAbout(withWrong(mistyped as unknown as Tree, place), kind)).toBeUndefined(); // so it would be told
  });
});
