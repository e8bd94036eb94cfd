import { describe, expect, test } from "vitest";
import type { Task } from "../../src/model/task.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { type SeenThere, observeBehind, onlyWith, ordinaryUser, taskOf } from "./rungs.ts";
import { useLab } from "./use-lab.ts";

const [open, reset, closed] = [7000, 7021, 7022];
const host = at(2, 10);
const families = [4, 6] as const;
const places = ["python", "perl", "python-without-echo"] as const;
type Place = (typeof places)[number];

const portTask = (name: string, port: number, family: 4 | 6, more: Partial<Task> = {}): Task => ({
  ...taskOf(`${name}${family}`, family === 4 ? host.v4 : host.v6, { kind: "tcp", port }),
  ...more,
});
const tasks = families.flatMap((family) => [
  portTask("reset", reset, family),
  portTask("closed", closed, family),
  portTask("open", open, family),
  portTask("careful", reset, family, { careful: true }),
  portTask("wanted", reset, family, { isBlockExpected: true }),
]);

let seen: Record<string, SeenThere> = {};
let mended: Record<string, SeenThere> = {};

useLab(["python3", "perl", "setpriv", "ping"], async (made) => {
  await buildPath(made, [10]);
  const rules = [`tcp dport ${reset} reject with tcp reset`];
  await setFirewall(made, rules);
  await listen(
    made,
    "hosts",
    [host.v4, host.v6].flatMap((address) => [open, reset].map((port) => ({ protocol: "tcp" as const, address, port }))),
  );
  const user = ["ip", "netns", "exec", "cmk", ...ordinaryUser(made)];
  const behind: Record<string, string[]> = {
    python: [...user, ...(await onlyWith(made, "python-alone", ["python3"]))],
    perl: [...user, ...(await onlyWith(made, "perl-alone", ["perl"]))],
  };
  const allowEcho = (range: string) => made.must("cmk", ["sysctl", "-qw", `net.ipv4.ping_group_range=${range}`]);
  await allowEcho("0 2147483647");
  seen = await observeBehind(made, behind, tasks);
  await allowEcho("1 0");
  Object.assign(seen, await observeBehind(made, { "python-without-echo": behind["python"] ?? [] }, tasks));
  await allowEcho("0 2147483647");
  await setFirewall(made, []);
  mended = await observeBehind(made, behind, tasks);
});

const evidenceOf = (from: Record<string, SeenThere>, place: Place, id: string) => {
  const there = from[place];
  if (there === undefined || "error" in there) throw new Error(there?.error ?? `nothing from ${place}`);
  return { kind: there.observations[id]?.outcome.kind, nearer: there.observations[id]?.evidence.resetNearer };
};

describe.each(["python", "perl"] as const)("an ordinary user with %s", (place) => {
  test.each(families)("knows a router's reset from the host's own, IPv%i", (family) => {
    expect(evidenceOf(seen, place, `reset${family}`)).toEqual({ kind: "refused", nearer: true });
    expect(evidenceOf(seen, place, `closed${family}`)).toEqual({ kind: "refused", nearer: false });
    expect(evidenceOf(seen, place, `open${family}`)).toEqual({ kind: "open", nearer: undefined });
    expect(evidenceOf(mended, place, `reset${family}`)).toEqual({ kind: "open", nearer: undefined });
  });

  test.each(families)("asks nothing more where it may not, or where it is what is wanted, IPv%i", (family) => {
    expect(evidenceOf(seen, place, `careful${family}`)).toEqual({ kind: "refused", nearer: undefined });
    expect(evidenceOf(seen, place, `wanted${family}`)).toEqual({ kind: "refused", nearer: undefined });
  });
});

test.each(families)("without an echo reply nothing can be compared, and nothing is claimed, IPv%i", (family) => {
  for (const name of ["reset", "closed"])
    expect(evidenceOf(seen, "python-without-echo", `${name}${family}`)).toEqual({ kind: "refused", nearer: undefined });
});
