import { answers } from "../../cases/peer-behaviour.ts";
import { hostOf, topologyOf } from "../../cli/topology.ts";
import { hostileText } from "../hostile-text.ts";
import type { Kind } from "../kinds.ts";
import type { Random } from "../random.ts";
import { listen, type PeerManner, randomManner } from "../tcp-peers.ts";
import type { Trial } from "../trial.ts";

/**
 * `doctor registration` among hostile web servers, receivers and agents. Redirects lead everywhere; no registration may be
 * found to work.
 */
export const doctorKind: Kind = { cases: "a peer of the doctor", run };

/** What a web server says to the question for the receiver's port. */
function discovery(random: Random): PeerManner {
  const text = (): string => hostileText(random);
  const port = 1 + random.int(65_535);
  const place = random.pick([
    "https://127.0.0.1/x",
    `http://127.0.0.1:${port}/${text()}`,
    `//${text()}`,
    "/",
    text(),
    "file:///etc/passwd",
  ]);
  const body = random.pick(["0", "70000", `"${text()}"`, "9".repeat(30), "-1", "1e3", text(), "x".repeat(100_000)]);
  const status = random.pick(["200 OK", `302 ${text()}`, "401 x", "404 x", "500 x", "503 x", "999 x"]);
  const head = `HTTP/1.1 ${status}\r\nLocation: ${place}\r\nServer: ${text()}\r\nContent-Length: ${body.length}`;
  return { words: "", behaviour: answers(`${head}\r\n\r\n${body}`), mayProve: undefined };
}

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const open = (manner: PeerManner) => listen(manner.behaviour, random.chance(0.5));
  const web = (): PeerManner => (random.chance(0.7) ? discovery(random) : randomManner(random));
  const peers = await Promise.all([open(web()), open(web()), open(randomManner(random)), open(randomManner(random))]);
  const [http = 1, https = 1, agent_receiver = 1, agent = 1] = peers.map(({ port }) => port);
  try {
    const sites = [{ name: "main", ports: { agent_receiver } }];
    const server = { name: "cmk", address: "127.0.0.1", ports: { http, https }, sites };
    const hosts = [hostOf("web01", { agent: "pull", ports: { agent } })];
    trial.write("t.json", topologyOf([], { server, hosts, vantages: { web01: "local", cmk: "local" } }));
    const args = ["registration", "t.json", "--host", "web01", "--timeout", "700ms", "--format", "json=run.json"];
    const ended = await trial.run(["doctor", ...args, "--format", "text"], { reports: ["run.json"], codes: [0, 1, 3] });
    if (ended.code === 0) trial.complain({ fault: "false verdict", text: "a registration would work" });
    trial.count(peers.length);
  } finally {
    await Promise.all(peers.map(({ close }) => close()));
  }
}
