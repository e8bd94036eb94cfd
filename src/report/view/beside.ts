import type { Result } from "../../model/run/run.ts";
import { answersAs, familyOf, nounOf } from "../text/answers-as.ts";
import { addressContrast, type OtherAddressesOf, type Working, workingBeside } from "../reasons/other-addresses.ts";
import { inOrder, listed, nodes, service } from "../text/wording.ts";

/** A flow that does not work, and the other addresses of its target that answer the same requirement. */
export interface Beside {
  result: Result;
  works: readonly Working[];
}

/** Those of some flows that work at another address of their target. */
export const findBeside = (results: readonly Result[], othersOf: OtherAddressesOf): Beside[] =>
  results.flatMap((result) => {
    const works = workingBeside(result, othersOf(result));
    return works.length === 0 ? [] : [{ result, works }];
  });

/** The family that does not work where the other one does; `undefined` where the families do not tell. */
export function brokenFamily(beside: readonly Beside[]): "IPv4" | "IPv6" | undefined {
  const broken = new Set(beside.map(({ result }) => familyOf(result)));
  const working = new Set(beside.flatMap(({ works }) => works.map(familyOf)));
  const [family, ...others] = broken;
  return others.length === 0 && !working.has(family) ? family : undefined;
}

/** The services of flows that work at another address, where others of these flows do not: then it is true of these alone. */
export function servicesBeside(beside: readonly Beside[], results: readonly Result[]): string[] {
  const services = inOrder(beside.map(({ result }) => service(result)));
  return services.length === new Set(results.map(service)).size ? [] : services;
}

/**
 * ` IPv4 10.0.0.5 answers as an agent, IPv6 fd00::5 does not.`: what a sentence about `results` must not contradict;
 * empty if none of them works at another address.
 */
export function groupContrast(beside: readonly Beside[], results: readonly Result[]): string {
  const [first] = beside;
  if (first === undefined) return "";
  const places = new Set(beside.map(({ result: { to, address } }) => `${to} ${address}`));
  const words = new Set(beside.flatMap(({ result, works }) => works.map((one) => answersAs(one, result))));
  const some = servicesBeside(beside, results);
  const on = some.length === 0 ? "" : ` on ${listed(some)}`;
  if (places.size === 1 && words.size === 1)
    return ` ${some.length === 0 ? "" : `On ${listed(some)} `}${addressContrast(first.result, first.works)}.`;
  const targets = inOrder(beside.map(({ result }) => result.to));
  const answer = targets.length === 1 ? "answers" : "answer";
  const they = targets.length > 1 && beside.length === results.length ? "they" : nodes(targets);
  const family = brokenFamily(beside);
  if (family !== undefined)
    return ` Over ${family === "IPv6" ? "IPv4" : "IPv6"} ${they} ${answer}${on}${as(beside)}, over ${family} not.`;
  const addresses = inOrder(beside.flatMap(({ works }) => works.map(({ address }) => address)));
  return ` ${capital(they)} ${answer}${on}${as(beside)} at ${listed(addresses)}.`;
}

/** ` as an agent and a web server`: the services that answered as themselves; empty where none did. */
export function as(beside: readonly Beside[]): string {
  const nouns = beside.flatMap(({ result, works }) => works.map(({ evidence }) => nounOf(evidence, result.port)));
  const named = inOrder(nouns.filter((noun) => noun !== undefined));
  return named.length === 0 ? "" : ` as ${listed(named)}`;
}

const capital = (text: string): string => (text === "they" ? "They" : text);
