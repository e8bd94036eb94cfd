// The flows of lab/topology.yaml, asked from the program that is tested; whoever compares must say what is compared.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "./description.mjs";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Every planned flow: `id` and `title`, its section in words. Needs a built program; sends nothing. */
export function plannedFlows() {
  const argv = [
    join(repository, "bin/portmatrix.cjs"),
    "plan",
    join(repository, "lab/topology.yaml"),
    "--format",
    "json",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8", maxBuffer: 64e6 });
  if (status !== 0) throw new LabError(`portmatrix plan failed (npm run build first?): ${stderr}`);
  const { sections, flows } = JSON.parse(stdout);
  const titles = new Map(sections.map(({ id, title }) => [id, `${id} ${title.en}`]));
  return flows.map(({ id, section }) => ({ id, title: titles.get(section) }));
}
