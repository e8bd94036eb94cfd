// lab/README.md: the lab in words, and the truth of every flow as tables, generated from the description.
import { format } from "./truth.mjs";

/**
 * The whole file as text. `flows` are those of `portmatrix plan --format json`, the truth is what `truthOf` returns, and
 * `before` what `truthWithoutServices` does.
 */
export function renderReadme({ networks, services, faults, withoutServices }, flows, { healthy, changed }, before) {
  const sections = bySection(flows);
  return `${[
    introduction,
    "## Nodes",
    table(["node", "addresses", "services"], nodeRows(services)),
    `All segments meet at \`fw\`: ${Object.entries(networks)
      .map(([name, { subnets }]) => `${name} (${subnets.join(", ")})`)
      .join(", ")}.`,
    "## Faults",
    "`npm run lab:break NAME` and `npm run lab:mend NAME`, while the lab is up.",
    table(["fault", "what is wrong", "flows that change"], faultRows(faults, changed)),
    "## Truth of the healthy lab",
    ...[...sections].flatMap(([title, members]) => [
      `### ${title}`,
      table(
        ["flow", "outcome, verdict (reason)"],
        members.map(({ id }) => [code(id), format(healthy.get(id))]),
      ),
    ]),
    "## Before Checkmk is installed",
    emptyIntroduction(before),
    table(
      ["flows", "not proven by their other end because", "flows"],
      before.unproven.map(({ pattern, why, ids }) => [code(pattern), why, String(ids.length)]),
    ),
    "The truth then, and what each fault changes in it; the last row that matches a flow counts.",
    table(
      ["fault", "flow", "outcome, verdict (reason, proof)"],
      [
        ...emptyRows("none", withoutServices.truth),
        ...Object.entries(faults).flatMap(([name, fault]) => emptyRows(code(name), fault.withoutServices ?? {})),
      ],
    ),
    "## What changes under each fault",
    ...[...changed].flatMap(([name, changes]) => [
      `### ${name}`,
      table(
        ["flow", "outcome, verdict (reason)"],
        [...changes].map(([id, one]) => [code(id), format(one)]),
      ),
    ]),
  ].join("\n\n")}\n`;
}

function emptyIntroduction({ healthy }) {
  const flows = [...healthy].filter(([id]) => !/\/icmp(?:\/|$)/.test(id));
  const proven = flows.filter(([, { proof }]) => proof === "proven").length;
  return `\`node lab/driver.mjs up --without-services\` starts the same network with none of Checkmk's services: names, time,
mail, directory and ssh stay. Responders take their place: \`npx portmatrix check lab/topology.yaml --stage preinstall
--responders auto\`, and \`npm run lab:prove\` compares every flow with this truth, also how it is proven. Of ${flows.length} flows
of TCP and UDP ${proven} are proven. The others, and why:`;
}

const emptyRows = (name, truth) =>
  Object.entries(truth).map(([pattern, words]) => {
    const [outcome, verdict, reason, proof] = words.split(" ");
    return [name, code(pattern), format({ outcome, verdict, reason, proof })];
  });

const introduction = `# The lab

<!-- GENERATED from docker-compose.yml by \`npm run lab:generate\`; test/lab/description.test.ts proves it current. -->

A company network in which every verdict can be seen. \`docker-compose.yml\` in the root of the repository is its only
description: nodes, networks, firewall rules, faults, and what every flow must show. Two back ends read it.

| | namespaces | containers |
| --- | --- | --- |
| needs | Linux, root, the Debian packages of \`.ci/run\` | an engine with compose 2.24 or newer |
| up | \`npm run lab:up\` | \`docker compose up --build --wait\` |
| look | \`npx portmatrix check lab/topology.yaml\` | the same |
| inside a node | \`lab/on web01 sh\` | the same |
| break, mend | \`npm run lab:break block-8000\`, \`npm run lab:mend block-8000\` | the same |
| down | \`npm run lab:down\` | \`docker compose down\` |

Services, their ports and settings are in [services/README.md](services/README.md). \`lab/on\` enters a node of the lab
that is up; where the namespaces are not, it calls \`docker exec\`. \`topology-ssh.yaml\` is the same network seen
through ssh from the node \`prober\`: \`lab/on prober node bin/portmatrix.cjs check /lab/topology-ssh.yaml\`.

\`LAB_NAME\` names a second lab beside the first; in namespaces both have the same addresses and never see each other.
Containers of a second lab need other networks: an engine refuses two networks with the same addresses.

\`npm run lab:prove\` compares every flow of the running lab with the truth below, \`npm run lab:prove FAULT\` does it
under a fault and again without it. \`npm run test:lab\` makes labs of its own in namespaces and does it for all faults;
\`npx vitest run --project containers\` does it in the containers that are up.

Four hosts have no Node. The best that can send there is Python (\`py01\`), perl (\`perl01\`), bash (\`bash01\`), and nothing
at all (\`bare01\`). The firewall tells them what it prohibits, so that their flows show what each of these can see;
\`npm run lab:prove\` also compares with \`x-lab.workers\` what sent at each node.

Nodes in namespaces see the machine's file system below a layer of their own, so the daemons are the machine's packages.
Of the interpreters that an image lacks the layer has none.
Nothing they write, mount or listen on is visible outside, and \`lab:down\` removes everything, also after a driver that
was killed half-way.`;

function nodeRows(services) {
  return Object.entries(services).map(([name, { attachments, command }]) => [
    code(name),
    attachments.flatMap(({ v4, v6 }) => [v4, v6]).join(", "),
    command.slice(1).join(", ") || "none",
  ]);
}

function faultRows(faults, changed) {
  return Object.entries(faults).map(([name, { why }]) => [code(name), why, String(changed.get(name).size)]);
}

function bySection(flows) {
  const groups = new Map();
  for (const flow of flows) groups.set(flow.title, [...(groups.get(flow.title) ?? []), flow]);
  return groups;
}

const code = (text) => `\`${text}\``;
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
