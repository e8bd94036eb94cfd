// lab/topology-ssh.yaml: lab/topology.yaml for a run on the node `prober`, with ssh in place of `lab/on`.

/** Replaces the vantage points: those nodes that run sshd, by their first IPv4 address. */
export function throughSsh(topology, { services }) {
  const [before] = topology.split(/^vantages:$/m);
  const nodes = Object.entries(services).filter(([, { command }]) => command.includes("ssh"));
  const vantages = nodes.map(
    ([name, { attachments }]) => `  ${name}: { exec: [ssh, -F, /run/lab/ssh-client/config, ${attachments[0].v4}] }\n`,
  );
  const header =
    "# GENERATED from lab/topology.yaml by `npm run lab:generate`: the same network, seen from `prober` through ssh.\n";
  return `${header}${before.replace(/^#.*\n/gm, "")}vantages:\n${vantages.join("")}`;
}
