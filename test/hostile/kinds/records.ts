import { says } from "../../cases/peer-behaviour.ts";
import { topologyOf } from "../../cli/topology.ts";
import { readFileSync } from "node:fs";
import { someFormats } from "../formats.ts";
import { hostileText } from "../hostile-text.ts";
import type { Kind } from "../kinds.ts";
import { mutate } from "../mutate.ts";
import type { Random } from "../random.ts";
import { listen } from "../tcp-peers.ts";
import type { Trial } from "../trial.ts";

/**
 * Run records that somebody else wrote: hostile text in every place, numbers out of range, keys too many and too few,
 * damaged bytes. `report` renders them in many formats, `diff` and `--baseline` compare them.
 */
export const recordsKind: Kind = { cases: "a command with a forged run record", run };

const callsOfTrial = 6;

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const ssh = await listen(says("SSH-2.0-x\r\n"));
  try {
    const required = [{ from: "cmk", to: "web01", tcp: ssh.port, service: "ssh" }];
    trial.write("t.json", topologyOf(required));
    const check = ["check", "t.json", "--section", "extra", "--timeout", "400ms"];
    await trial.run([...check, "--format", "json=good.json"], { reports: ["good.json"] });
    const good = readFileSync(trial.path("good.json"), "utf8");
    for (let calls = 0; calls < callsOfTrial; calls++) {
      trial.write("evil.json", random.chance(0.4) ? mutate(Buffer.from(good), random) : forged(good, random));
      const { args, reports } = someFormats(random, 6);
      const comparing = [
        "--format",
        random.pick(["table", "json", "github", "markdown", "junit", "csv", "gitlab", "sarif"]),
      ];
      await random.pick([
        () => trial.run(["report", "evil.json", ...args], { reports, codes: [0, 1, 2, 3, 130] }),
        () =>
          trial.run([
            "diff",
            ...random.pick([
              ["evil.json", "good.json"],
              ["good.json", "evil.json"],
            ]),
            ...comparing,
          ]),
        () => trial.run([...check, "--baseline", "evil.json", "--format", random.pick(["github", "table"])]),
      ])();
      trial.count(1);
    }
  } finally {
    await ssh.close();
  }
}

/** The record with one to five of its values replaced. */
function forged(good: string, random: Random): string {
  const record: unknown = JSON.parse(good);
  for (let times = 1 + random.int(5); times > 0; times--) {
    const places: { holder: Record<string, unknown>; key: string }[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const holder = value as Record<string, unknown>;
      for (const key of Object.keys(holder)) {
        places.push({ holder, key });
        walk(holder[key]);
      }
    };
    walk(record);
    const { holder, key } = random.pick(places);
    const old = holder[key];
    if (typeof old === "string" && random.chance(0.8))
      holder[key] = random.chance(0.5) ? hostileText(random) : `${old}${hostileText(random)}`;
    else
      holder[key] = random.pick<unknown>([
        hostileText(random),
        -1,
        1e308,
        0.1,
        null,
        [],
        {},
        true,
        "",
        [hostileText(random)],
        Array(50).fill(old),
      ]);
  }
  return JSON.stringify(record).replace('"rttMs":', random.chance(0.1) ? '"rttMs":1e999,"x":' : '"rttMs":');
}
