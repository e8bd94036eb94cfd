import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../integrations/", import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const scratch = mkdtempSync(join(tmpdir(), "portmatrix-integrations-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the role for Ansible", () => {
  const role = "ansible/roles/portmatrix_probe/";
  const defaults = parse(textOf(`${role}defaults/main.yml`)) as Record<string, unknown>;
  const vars = parse(textOf(`${role}vars/main.yml`)) as Record<string, unknown>;
  const { options } = (
    parse(textOf(`${role}meta/argument_specs.yml`)) as {
      argument_specs: { main: { options: Record<string, { type?: string; default?: unknown; description?: string }> } };
    }
  ).argument_specs.main;
  const tasks = textOf(`${role}tasks/main.yml`);
  const used = new Set(
    [tasks, textOf(`${role}vars/main.yml`), textOf(`${role}defaults/main.yml`)].flatMap((text) => [
      ...(text.match(/\b_{0,2}portmatrix_probe_[a-z_]+/g) ?? []),
    ]),
  );
  const named = (isOwn: boolean) => [...used].filter((name) => name.startsWith("__") === isOwn).toSorted();

  it("describes each of its variables once, and has a default for each", () => {
    expect(named(false)).toEqual(Object.keys(options).toSorted());
    expect(Object.keys(defaults).toSorted()).toEqual(Object.keys(options).toSorted());
    for (const [name, { type, description, default: said }] of Object.entries(options)) {
      expect(`${name} ${type} ${description}`).toMatch(/ (?:str|path|int) \S/);
      if (said !== undefined) expect([name, said]).toEqual([name, defaults[name]]);
    }
    const table = textOf("ansible/README.md").matchAll(/^\| `(portmatrix_probe_\w+)` \|/gm);
    expect([...table].map(([, name]) => name).toSorted()).toEqual(Object.keys(options).toSorted());
  });

  it("has a value for each variable of its own", () => {
    const registered = [...tasks.matchAll(/register: (\w+)/g)].map(([, name]) => name);
    expect(named(true)).toEqual([...Object.keys(vars), ...registered].toSorted());
  });

  it("needs no Python on the host: what runs there is script, and everything else runs here", () => {
    const [, examine] = parse(tasks) as [unknown, { block: Record<string, unknown>[] }];
    const there = examine.block.filter((task) => task["delegate_to"] !== "localhost");
    expect(there.map((task) => Object.keys(task).find((key) => key.startsWith("ansible.")))).toEqual([
      "ansible.builtin.script",
    ]);
    expect(there[0]).toMatchObject({ ignore_errors: true, ignore_unreachable: true, changed_when: false });
    const [play] = parse(textOf("ansible/examine.yml")) as [Record<string, unknown>];
    expect(play).toMatchObject({ gather_facts: false, strategy: "free", roles: [{ role: "portmatrix_probe" }] });
  });
});

interface Manifest {
  kind: string;
  metadata: { name: string; namespace: string };
  spec: {
    selector?: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        containers: { command: string[]; args: string[]; volumeMounts: { name: string }[] }[];
        volumes: { name: string; configMap?: { name: string } }[];
      };
    };
  };
}

describe.each(readdirSync(join(root, "kubernetes")))("the manifest %s", (file) => {
  const manifest = parse(textOf(`kubernetes/${file}`)) as Manifest;
  const { containers, volumes } = manifest.spec.template.spec;
  const [container] = containers;
  if (container === undefined) throw new Error("no container");

  it("fits together, and fits what docs/fleets.md says", () => {
    const { labels } = manifest.spec.template.metadata;
    if (manifest.kind === "DaemonSet") expect(labels).toMatchObject(manifest.spec.selector?.matchLabels ?? {});
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    const page = readFileSync(new URL("../docs/fleets.md", import.meta.url), "utf8");
    const [[key, value] = []] = Object.entries(labels);
    expect(page).toContain(`-l ${key}=${value}`);
    expect(page).toContain(`create configmap ${volumes[0]?.configMap?.name} `);
    expect(page).toContain(`namespace ${manifest.metadata.namespace}\n`);
  });

  it.each([
    ["node-1", /^asked\n$/],
    ["node-2", /node-2/],
  ])("its command runs the script of %s, or says that there is none", (node, said) => {
    writeFileSync(join(scratch, "node-1.sh"), "echo asked; cat\n");
    const script = (container.args[0] ?? "").replaceAll("/scripts/", `${scratch}/`).replace(/^trap [^]*/m, "");
    const [program = "", ...args] = container.command;
    let output: string;
    try {
      output = execFileSync(program, [...args, script], {
        env: { PATH: process.env["PATH"], NODE_NAME: node },
        encoding: "utf8",
        stdio: "pipe",
      });
    } catch (error) {
      output = String((error as { stderr: string }).stderr);
    }
    expect(output).toMatch(said);
  });
});
