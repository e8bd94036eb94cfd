import { loadRuleset } from "../load/ruleset/ruleset.ts";
import { checkHostRules } from "../judge/firewall/check-host-rules.ts";
import { parseAddress } from "../model/address/address.ts";
import type { HostRules } from "../model/firewall/host-rule.ts";
import { isWindows } from "../model/topology/topology.ts";
import { InputError } from "../model/text/problem.ts";
import type { Ruleset } from "../model/firewall/ruleset.ts";
import { hostRules } from "../plan/host-rules.ts";
import { renderRulesCheck } from "../report/rules/check.ts";
import { rulesFormats, rulesRenderers } from "../report/rules/renderers.ts";
import { listNodes, nodesOf } from "./identify/identify.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { loadPlan, type Planned } from "./plan.ts";
import type { RulesOptions } from "./rules/options.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Prints rules for a node's own firewall, or compares them with what is there. Changes nothing. */
export async function rulesCommand(file: string, options: RulesOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.check === true && (options.ruleset.length === 0 || options.format.length > 0)) {
    const message =
      "takes --ruleset FILE, the firewall as nft, iptables-save, firewall-cmd or ufw lists it, and no --format";
    throw new InputError([{ file: "--check", message }]);
  }
  const named = options.format.length > 0 ? await parseDestinations(options.format, rulesFormats) : undefined;
  const planned = await loadPlan(file, { ...options, section: [], only: [] }, surroundings);
  const rules = await rulesFor(planned, options);
  const rulesets: Ruleset[] = [];
  for (const one of options.ruleset) rulesets.push(await loadRuleset(one));
  if (options.check === true) {
    const found = checkHostRules(rules, rulesets);
    surroundings.out(renderRulesCheck(found));
    return { ok: exitCodes.ok, wrong: exitCodes.failed, unclear: exitCodes.undecided }[found.verdict];
  }
  if (rules.rules.length === 0) surroundings.err(`portmatrix: note: no flow needs a rule on ${rules.node}\n`);
  const nft = rulesets.find(({ tool }) => tool === "nft");
  const style = { hasReplies: options.replies === true, ...(nft === undefined ? {} : { ruleset: nft }) };
  const destinations = named ?? (await parseDestinations([usualFormat(planned, rules.node)], rulesFormats));
  const undelivered = await deliver(
    destinations,
    async (format) => (await rulesRenderers[format]())(rules, style),
    surroundings.out,
  );
  return conclude(exitCodes.ok, undelivered, surroundings);
}

/** That of Windows where the topology says so, nft everywhere else. */
const usualFormat = ({ loaded }: Planned, node: string): "windows" | "nft" =>
  isWindows(loaded.topology, node) ? "windows" : "nft";

async function rulesFor({ loaded, plan }: Planned, options: RulesOptions): Promise<HostRules> {
  const { topology, networks } = loaded;
  const nodes = nodesOf(topology);
  const names = nodes.map(({ name }) => name);
  if (!names.includes(options.for)) {
    const message = `the topology has no node "${options.for}"; nodes: ${listNodes(names)}`;
    throw new InputError([{ file: "--for", message }]);
  }
  const matter = { plan, nodes, networks, node: options.for, hasOutbound: options.outbound === true };
  const bare = hostRules({ ...matter, resolved: new Map() });
  if (options.resolve !== true || bare.unwritten.length === 0) return bare;
  const { thisMachine } = await import("./identify/identify.ts");
  const resolved = new Map<string, readonly string[]>();
  for (const name of new Set(bare.unwritten.flatMap((one) => one.name ?? []))) {
    const found = await thisMachine.resolve(name);
    resolved.set(
      name,
      found.filter((address) => parseAddress(address)?.kind === "ip"),
    );
  }
  return hostRules({ ...matter, resolved });
}
