// Runs one stand-in until TERM, with the settings from the environment (lab/services/README.md lists them).
// Usage: node main.mjs NAME. Prints the ports as JSON, and writes the sockets to $LAB_RUN/sockets for node/start.
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openAgentReceiver } from "./agent-receiver.mjs";
import { openAgent } from "./agent.mjs";
import { agentCertificate, siteCertificate } from "./certificates.mjs";
import { openDrbd } from "./drbd.mjs";
import { openEventConsole } from "./event-console.mjs";
import { openMisbehaviour, parseMisbehaviour } from "./misbehave.mjs";
import { openNotificationSpooler } from "./notification-spooler.mjs";
import { openRealTime } from "./real-time.mjs";

const env = process.env;
const state = env.LAB_STATE ?? "/run/lab";
const run = env.LAB_RUN ?? state;

const words = (text) => (text ?? "").split(/\s+/).filter(Boolean);

function number(name, fallback) {
  const value = Number(env[name] || fallback);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} is no number: ${env[name]}`);
  return value;
}

function oneOf(name, allowed) {
  const value = env[name] || allowed[0];
  if (!allowed.includes(value)) throw new Error(`${name} is ${value}, but can only be ${allowed.join(", ")}`);
  return value;
}

function agent() {
  const mode = oneOf("AGENT_MODE", ["tls", "plain", "inactive"]);
  const uuid = (env.AGENT_UUID || "00000000-0000-4000-8000-000000000001").toLowerCase();
  const site = env.AGENT_SITE || "main";
  const certificates =
    mode === "tls"
      ? { certificate: agentCertificate(join(run, "tls"), uuid, site), authority: siteCertificate(state, site).ca }
      : {};
  const [onlyFrom, delayMs] = [words(env.AGENT_ONLY_FROM), number("AGENT_DELAY_MS", 0)];
  return [openAgent({ mode, port: number("AGENT_PORT", 6556), uuid, onlyFrom, delayMs, ...certificates })];
}

function agentReceiver() {
  return words(env.RECEIVER_SITES || "main:8000").map((word) => {
    const [, site, port] = /^([\w-]+):(\d+)$/.exec(word) ?? [];
    if (site === undefined) throw new Error(`RECEIVER_SITES: cannot read ${word}`);
    const { pem } = siteCertificate(state, site, env.RECEIVER_ISSUER);
    return openAgentReceiver({ site, port: Number(port), pem, authority: siteCertificate(state, site).ca });
  });
}

function notificationSpooler() {
  const encryption = oneOf("SPOOLER_ENCRYPTION", ["upgradable", "encrypted", "unencrypted"]);
  const { pem } = siteCertificate(state, env.SPOOLER_SITE || "main");
  return [openNotificationSpooler({ port: number("SPOOLER_PORT", 6555), encryption, pem })];
}

/** Name → what opens it and which protocol its ports have. */
const standIns = {
  agent: { protocol: "tcp", open: agent },
  "agent-receiver": { protocol: "tcp", open: agentReceiver },
  "event-console": {
    protocol: "tcp",
    open: () => [
      openEventConsole({ port: number("EVENT_CONSOLE_PORT", 6558), onlyFrom: words(env.EVENT_CONSOLE_ONLY_FROM) }),
    ],
  },
  "notification-spooler": { protocol: "tcp", open: notificationSpooler },
  "real-time": { protocol: "udp", open: () => [openRealTime({ port: number("REAL_TIME_PORT", 6559) })] },
  drbd: {
    protocol: "tcp",
    open: () => [openDrbd({ port: number("DRBD_PORT", 7789), state: oneOf("DRBD_STATE", ["waiting", "connected"]) })],
  },
  misbehave: { protocol: "tcp", open: () => parseMisbehaviour(env.MISBEHAVE ?? "").map(openMisbehaviour) },
};

/** Opens everything; says in one line what is wrong with the settings or the port. */
async function openAll(open) {
  try {
    return await Promise.all(open());
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}

const [, , name = ""] = process.argv;
if (!Object.hasOwn(standIns, name)) {
  process.stderr.write(`usage: node main.mjs ${Object.keys(standIns).join("|")}\n`);
  process.exit(2);
}
const ended = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
const idle = setInterval(() => undefined, 2 ** 30); // an inactive agent has no socket that would keep Node alive
const { protocol, open } = standIns[name];
const opened = await openAll(open);
const ports = opened.map(({ port }) => port).filter((port) => port !== undefined);
writeFileSync(join(run, "sockets.new"), `${ports.map((port) => `${protocol}/${port}`).join(" ")}\n`);
renameSync(join(run, "sockets.new"), join(run, "sockets"));
process.stdout.write(`${JSON.stringify({ ports })}\n`);
await ended;
clearInterval(idle);
await Promise.all(opened.map(({ close }) => close()));
