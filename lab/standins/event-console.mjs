// The Event Console's status port 6558/tcp, as docs/notes/listening.md describes it: one thread
// serves one client after the other, each has 3 s to speak, a request ends at an empty line or at the end of input.
import { createServer } from "node:net";
import { clientAddress, closeServer, listenOn, trackSockets } from "./listening.mjs";

const receiveLimitMs = 3000;
const longestRequest = 10_000;
const startedAt = Date.now();

const statusColumns = [
  "status_messages",
  "status_message_rate",
  "status_events",
  "status_connects",
  "status_pid",
  "status_start",
];
const tables = {
  status: (served) => [statusColumns, [0, 0, 0, served, process.pid, Math.floor(startedAt / 1000)]],
  events: () => [["event_id", "event_host", "event_text", "event_state"]],
  history: () => [["history_line", "history_time", "event_id", "event_text"]],
  rules: () => [["rule_id", "rule_hits"]],
};

/** Opens the status port; clients other than `onlyFrom` (empty: nobody is excluded) are accepted and closed. */
export async function openEventConsole({ port, onlyFrom = [] }) {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const sockets = trackSockets(server);
  let served = 0;
  let queue = Promise.resolve();
  server.on("connection", (socket) => {
    if (onlyFrom.length > 0 && !onlyFrom.includes(clientAddress(socket))) return void socket.destroy();
    queue = queue.then(async () => {
      served += 1;
      const request = await readRequest(socket);
      const reply = request === undefined ? undefined : answer(request, served);
      if (reply === undefined) socket.destroy();
      else socket.end(reply, () => socket.destroySoon());
    });
  });
  return { port: await listenOn(server, port), close: () => closeServer(server, sockets) };
}

/** The request's text, or `undefined` if the client said nothing whole in time. */
function readRequest(socket) {
  return new Promise((resolve) => {
    let text = "";
    // What is there by then is still read, also where this process was kept waiting: as recv(2) with a timeout does.
    const timer = setTimeout(() => setImmediate(() => resolve(undefined)), receiveLimitMs);
    const settle = (request) => {
      clearTimeout(timer);
      resolve(request);
    };
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.includes("\n\n")) settle(text.slice(0, text.indexOf("\n\n")));
      else if (text.length > longestRequest) settle(undefined);
    });
    socket.once("end", () => settle(text.trim() === "" ? undefined : text.trimEnd()));
    socket.once("close", () => settle(undefined));
    socket.resume();
  });
}

/** The answer, or `undefined`: COMMAND, REPLICATE and everything malformed are closed without one. */
function answer(request, served) {
  const [first = "", ...headers] = request.split("\n");
  const table = /^GET (\w+)$/.exec(first)?.[1];
  if (table === undefined || !Object.hasOwn(tables, table)) return undefined;
  let format = "python";
  for (const header of headers) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(header) ?? [];
    if (name === "OutputFormat") format = value;
    else if (name === undefined) return undefined;
  }
  const rows = tables[table](served);
  if (format === "json") return `${JSON.stringify(rows)}\n`;
  if (format === "plain") return rows.map((row) => `${row.join("\t")}\n`).join("");
  if (format === "python") return `${pythonList(rows)}\n`;
  return undefined;
}

/** A nested list of texts and numbers as Python prints it. */
function pythonList(value) {
  if (Array.isArray(value)) return `[${value.map(pythonList).join(", ")}]`;
  return typeof value === "string" ? `'${value}'` : String(value);
}
