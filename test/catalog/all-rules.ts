import type { Rule } from "./rule.ts";
import { alternativesInGroups } from "./rules/alternatives-in-groups.ts";
import { appliesToHosts } from "./rules/applies-to-hosts.ts";
import { ascendingSections } from "./rules/ascending-sections.ts";
import { carefulProbes } from "./rules/careful-probes.ts";
import { idsKept } from "./rules/ids-kept.ts";
import { knownOverride } from "./rules/known-override.ts";
import { loopbackBothFamilies } from "./rules/loopback-both-families.ts";
import { optionalHasFeature } from "./rules/optional-has-feature.ts";
import { overrideFitsTarget } from "./rules/override-fits-target.ts";
import { ownWords } from "./rules/own-words.ts";
import { payloadOnlyUdp } from "./rules/payload-only-udp.ts";
import { portFitsProtocol } from "./rules/port-fits-protocol.ts";
import { probeFitsProtocol } from "./rules/probe-fits-protocol.ts";
import { requestOnlyTcp } from "./rules/request-only-tcp.ts";
import { sourceNamesRow } from "./rules/source-names-row.ts";
import { targetOutside } from "./rules/target-outside.ts";
import { toleratesExplained } from "./rules/tolerates-explained.ts";
import { uniqueAnchors } from "./rules/unique-anchors.ts";
import { uniqueIds } from "./rules/unique-ids.ts";
import { uniqueShorts } from "./rules/unique-shorts.ts";

/** Every rule; lint.test.ts proves that no file under `rules/` is missing here. */
export const allRules: readonly Rule[] = [
  alternativesInGroups,
  appliesToHosts,
  ascendingSections,
  carefulProbes,
  idsKept,
  knownOverride,
  loopbackBothFamilies,
  optionalHasFeature,
  overrideFitsTarget,
  ownWords,
  payloadOnlyUdp,
  portFitsProtocol,
  probeFitsProtocol,
  requestOnlyTcp,
  sourceNamesRow,
  targetOutside,
  toleratesExplained,
  uniqueAnchors,
  uniqueIds,
  uniqueShorts,
];
