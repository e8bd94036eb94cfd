import { InputError } from "../../model/problem.ts";
import type { Ruleset } from "../../model/ruleset.ts";
import { readText } from "../text-file.ts";
import { isIptablesSave, readIptablesSave } from "./iptables-save.ts";
import { readNftRuleset } from "./nft-ruleset.ts";

/** Largest listing of a firewall, in bytes. */
const rulesetLimit = 50_000_000;

/** Reads what `nft -j list ruleset`, `iptables-save` or `ip6tables-save` printed; an `InputError` for anything else. */
export async function loadRuleset(file: string): Promise<Ruleset> {
  const text = await readText(file, rulesetLimit);
  const ruleset = isIptablesSave(text) ? readIptablesSave(text) : readNftRuleset(text);
  if (ruleset !== undefined) return ruleset;
  const message = "this is no output of `nft -j list ruleset`, `iptables-save` or `ip6tables-save`";
  throw new InputError([{ file, message }]);
}
