// The lab's command line. The description is docker-compose.yml; LAB_NAME (default: portmatrix-lab) lets several labs
// run side by side.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError, normalise, readDescription, withoutServices } from "./driver/description.mjs";
import { breakLab, findFault, mendLab, refuseWithoutLab } from "./driver/faults.mjs";
import { plannedFlows } from "./driver/flows.mjs";
import { proveFault, proveHealthy, proveThroughSsh } from "./driver/prove.mjs";
import { processesOf, removeLab, stateDirectory } from "./driver/state.mjs";
import { throughSsh } from "./driver/ssh.mjs";
import { renderReadme } from "./driver/table.mjs";
import { truthOf, truthWithoutServices } from "./driver/truth.mjs";
import { bringUp, hasServices, isReady } from "./driver/up.mjs";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const describe = () => readDescription(join(repository, "docker-compose.yml"));
const state = () => stateDirectory(process.env.LAB_NAME || "portmatrix-lab");
const print = (text) => process.stdout.write(`${text}\n`);
const bare = "--without-services";
const printJson = (value) => print(JSON.stringify(value, null, 2));

// `takes` are the arguments a command knows; without it the command itself says what it thinks of them.
const commands = {
  up: {
    does: "[--without-services]: starts every node, as it is before Checkmk is installed, and waits until all are ready",
    takes: [bare],
    run: async (option) => {
      const startedAt = performance.now();
      const hasServices = option !== bare;
      const description = hasServices ? describe() : withoutServices(describe());
      await bringUp(description, state(), { hasServices });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const count = Object.keys(description.services).length;
      print(`${count} nodes are up after ${seconds} s; try: npx portmatrix check lab/topology.yaml`);
    },
  },
  down: { does: "removes the lab, or what is left of it after a driver was killed", takes: [], run: () => removeLab(state()) },
  status: {
    does: "says whether the lab is up, and lists its nodes",
    takes: [],
    run: () => {
      const directory = state();
      const isUp = processesOf(directory).length > 0;
      if (!isUp) return print(existsSync(directory) ? "left behind by a driver that was killed: npm run lab:down" : "down");
      const nodes = readdirSync(join(directory, "box")).toSorted();
      print(
        nodes.map((node) => `${node}: ${isReady(join(directory, "box", node)) ? "ready" : "not ready"}`).join("\n"),
      );
    },
  },
  faults: {
    does: "lists the faults",
    takes: [],
    run: () =>
      print(
        Object.entries(describe().faults)
          .map(([name, { why }]) => `${name}: ${why}`)
          .join("\n"),
      ),
  },
  break: { does: "NAME: puts a fault in place", run: (name) => breakLab(describe(), name) },
  mend: { does: "NAME: takes it back", run: (name) => mendLab(describe(), name) },
  prove: {
    does: "[FAULT | --ssh]: compares every flow with its truth, in the healthy lab, under a fault, or through ssh",
    run: (what) => {
      const description = describe();
      if (what !== undefined && what !== "--ssh") findFault(description, what);
      refuseWithoutLab();
      const how = { hasServices: hasServices(state()) };
      const ids = plannedFlows().map(({ id }) => id);
      const truth = how.hasServices ? truthOf(description, ids) : truthWithoutServices(description, ids);
      const wrong =
        what === undefined
          ? proveHealthy(description, truth, how)
          : what === "--ssh"
            ? proveThroughSsh(description, truth)
            : proveFault(description, truth, what, how);
      if (wrong.length > 0) throw new LabError(`${wrong.slice(0, 60).join("\n")}\n${wrong.length} differences`);
      print(`${truth.healthy.size} flows as described`);
    },
  },
  generate: {
    does: "writes lab/README.md and lab/topology-ssh.yaml; with --check says whether they are current",
    takes: ["--check"],
    run: (option) => {
      const description = describe();
      const flows = plannedFlows();
      const ids = flows.map(({ id }) => id);
      const truths = [truthOf, truthWithoutServices].map((truth) => truth(description, ids));
      const readme = renderReadme(description, flows, ...truths);
      const topology = readFileSync(join(repository, "lab/topology.yaml"), "utf8");
      const files = { "lab/README.md": readme, "lab/topology-ssh.yaml": throughSsh(topology, description) };
      for (const [file, text] of Object.entries(files)) {
        const path = join(repository, file);
        if (option !== "--check") writeFileSync(path, text);
        else if (readFileSync(path, "utf8") !== text)
          throw new LabError(`${file} is out of date: npm run lab:generate`);
      }
    },
  },
  description: {
    does: "prints what the driver reads; with --compose reads `docker compose config --format json` on stdin instead",
    takes: ["--compose"],
    run: (option) => {
      if (option === "--compose") return printJson(normalise(JSON.parse(readFileSync(0, "utf8")), repository));
      const { name, networks, configs, services } = describe();
      printJson({ name, networks, configs, services });
    },
  },
};

const usage = () =>
  ["usage: node lab/driver.mjs COMMAND"].concat(
    Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(12)}${does}`),
  );

try {
  const [command = "", ...args] = process.argv.slice(2);
  const asksForHelp = [command, ...args].some((arg) => arg === "--help" || arg === "-h");
  if (!asksForHelp && !Object.hasOwn(commands, command)) throw new LabError(usage().join("\n"));
  const unknown = args.find((arg) => commands[command]?.takes?.includes(arg) === false);
  if (asksForHelp) print(usage().join("\n"));
  else if (unknown !== undefined) throw new LabError(`${command} takes no ${unknown}\n${usage().join("\n")}`);
  else await commands[command].run(...args);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
