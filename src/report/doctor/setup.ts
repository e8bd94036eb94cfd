import { plainTexts } from "../../model/text/printable.ts";
import type { Found, SetupEntry, SetupFacts, SetupRecord } from "../../model/machine/setup.ts";
import { hanging, wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { inThousands } from "../../model/thousands.ts";

const fewFiles = 1_024;
/** From here on a large run fills the table (docs/notes/connection-table.md). */
const nearlyFull = 0.8;

const textOf = (found: Found): string => (found.is === "there" ? found.what : found.why);
const isThere = (found: Found): boolean => found.is === "there";

/** What this machine can see, entry by entry, each with its remedy. */
export function describeSetup(facts: SetupFacts, { version }: { version: string }): SetupRecord {
  const entries = [icmp(facts), rawSocket(facts), ping(facts), codes(facts), bash(facts), ssh(facts), ipv6(facts)];
  const all = [...entries, openFiles(facts), ...(facts.tracking === undefined ? [] : [tracking(facts.tracking)])];
  return plainTexts({
    format: 1,
    doctor: "setup",
    tool: { name: "portmatrix", version },
    platform: facts.platform,
    node: facts.node,
    verdict: all.some(({ state }) => state === "missing") ? "undecided" : "ready",
    entries: all,
  } satisfies SetupRecord);
}

function icmp({ rawSocket, ping }: SetupFacts): SetupEntry {
  const by = isThere(rawSocket) ? "a raw socket" : isThere(ping) ? "the program ping" : undefined;
  return by === undefined
    ? {
        id: "echo",
        state: "missing",
        title: "ICMP echo",
        message: "cannot be sent: there is neither a raw socket nor a ping that works. Flows over ICMP stay undecided.",
        remedy: "Either remedy below is enough.",
      }
    : { id: "echo", state: "ok", title: "ICMP echo", message: `sent by ${by}` };
}

function rawSocket({ rawSocket, platform }: SetupFacts): SetupEntry {
  const common = { id: "raw-socket", title: "raw sockets", message: textOf(rawSocket) };
  if (isThere(rawSocket)) return { ...common, state: "ok" };
  const install = "npm install --global --allow-scripts=raw-socket portmatrix";
  const isPrivilege = /CAP_NET_RAW/.test(common.message);
  if (isPrivilege && platform === "linux")
    return {
      ...common,
      state: "note",
      remedy:
        "Run as root for a run that needs it, or give Node the capability; every script that this Node runs then has it, too:",
      commands: ['sudo setcap cap_net_raw+ep "$(readlink -f "$(command -v node)")"'],
    };
  if (isPrivilege) return { ...common, state: "note", remedy: "Run as root or administrator for a run that needs it." };
  return {
    ...common,
    state: "note",
    remedy: "Needed only for detail. Install portmatrix with npm, and allow the install script:",
    commands: [install],
  };
}

function ping({ ping, platform }: SetupFacts): SetupEntry {
  const common = { id: "ping", title: "ping", message: textOf(ping) };
  if (isThere(ping)) return { ...common, state: "ok" };
  return platform === "linux"
    ? {
        ...common,
        state: "note",
        remedy: "Install it (Debian, Ubuntu; elsewhere the package is iputils):",
        commands: ["sudo apt-get install iputils-ping"],
      }
    : { ...common, state: "note", remedy: "It is part of this system; make sure that it is in PATH and may be run." };
}

/** Who sees code and sender of an ICMP error. */
function codes({ rawSocket, python, perl, platform }: SetupFacts): SetupEntry {
  const common = { id: "icmp-errors", title: "who rejects a flow" };
  const seenBy = isThere(rawSocket)
    ? "raw sockets"
    : isThere(python)
      ? textOf(python)
      : isThere(perl)
        ? textOf(perl)
        : "";
  if (seenBy !== "") return { ...common, state: "ok", message: `seen by ${seenBy}` };
  const message = `not seen: there is no raw socket, and neither Python (${textOf(python)}) nor perl (${textOf(perl)}). A rejected flow still fails, but the report cannot say who rejected it.`;
  return platform === "linux"
    ? {
        ...common,
        state: "note",
        message,
        remedy: "Install Python; nothing else is needed:",
        commands: ["sudo apt-get install python3-minimal"],
      }
    : { ...common, state: "note", message };
}

function bash({ python, perl, bash, platform }: SetupFacts): SetupEntry {
  const found = [python, perl, bash].filter(isThere).map(textOf);
  const common = { id: "interpreters", title: "interpreters" };
  if (found.length > 0) return { ...common, state: "ok", message: found.join(", ") };
  const message = "neither Python nor perl nor bash; portmatrix itself needs none of them";
  if (platform !== "linux") return { ...common, state: "ok", message };
  const remedy =
    "Needed only to see who rejects a flow without a raw socket, and by vantage points that run here (exec).";
  return { ...common, state: "note", message, remedy };
}

function ssh({ ssh }: SetupFacts): SetupEntry {
  const common = { id: "ssh", title: "ssh", message: textOf(ssh) };
  if (isThere(ssh)) return { ...common, state: "ok" };
  return {
    ...common,
    state: "note",
    remedy: "Needed only where the topology reaches vantage points by ssh.",
  };
}

function ipv6({ ipv6 }: SetupFacts): SetupEntry {
  const common = { id: "ipv6", title: "IPv6" };
  return ipv6.length > 0
    ? { ...common, state: "ok", message: `this machine has ${ipv6.join(", ")}` }
    : {
        ...common,
        state: "note",
        message: "no address except link-local ones: flows to IPv6 addresses have no route from here.",
        remedy: "Nothing, unless the topology has IPv6 addresses; then run it where there is IPv6.",
      };
}

function openFiles({ openFiles }: SetupFacts): SetupEntry {
  const common = { id: "open-files", title: "open files" };
  if (openFiles > fewFiles) return { ...common, state: "ok", message: `at most ${inThousands(openFiles)}` };
  return {
    ...common,
    state: "note",
    message: `at most ${openFiles}: a large run takes longer, nothing is left out.`,
    remedy: "Raise the limit in the shell that starts portmatrix:",
    commands: ["ulimit -n 65536"],
  };
}

function tracking({ count, max }: { count: number; max: number }): SetupEntry {
  const common = { id: "connection-tracking", title: "connection tracking" };
  const message = `${inThousands(count)} of ${inThousands(max)} entries are in use`;
  if (count < max * nearlyFull) return { ...common, state: "ok", message };
  const state = count >= max ? "missing" : "note";
  return {
    ...common,
    state,
    message: `${message}: new connections are dropped when it is full.`,
    remedy:
      "Wait until it is emptier, send slower (`--rate`), or make it larger (this changes the kernel's setting until it restarts):",
    commands: [`sudo sysctl -w net.netfilter.nf_conntrack_max=${max * 2}`],
  };
}

const verdicts = { ok: "pass", note: "warn", missing: "error" } as const;

/** The report for a person. Commands stand on lines of their own, whole, so that they can be copied. */
export function renderSetupText(record: SetupRecord, { width, colour, unicode = true }: RenderOptions): string {
  const dress: Dress = { colour, unicode };
  const lines = [paint("bold", "portmatrix doctor setup", dress), `${record.platform}, Node ${record.node}`, ""];
  for (const { state, title, message, remedy, commands = [] } of record.entries) {
    const verdict = verdicts[state];
    const mark = `${sign(verdict, dress)} `;
    lines.push(
      ...hanging(mark, `${title}: ${message}`, { indent: 0, width, paint: (text) => paint(verdict, text, dress) }),
    );
    if (remedy !== undefined) lines.push(...wrap(remedy, width - 2).map((line) => `  ${line}`));
    lines.push(...commands.map((command) => `    ${command}`));
  }
  const end = {
    ready: "READY  What is missing here, if anything, costs detail but no verdict.",
    undecided: "UNDECIDED  Without what is missing, some flows stay undecided.",
  };
  lines.push("", ...wrap(end[record.verdict], width));
  return `${plainSigns(lines.join("\n"), dress)}\n`;
}

/** The record as JSON, indented. */
export const renderSetupJson = (record: SetupRecord): string => `${JSON.stringify(record, null, 2)}\n`;
