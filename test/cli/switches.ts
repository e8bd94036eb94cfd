import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach } from "vitest";

const body = "<title>Checkmk</title>";
const page = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

/**
 * A TCP port on 127.0.0.1 that can be closed and opened again, as a firewall would do it. Who asks for a web page gets
 * one; whatever else is said stays unanswered.
 */
export interface Switch {
  port: number;
  /** How many connections were accepted so far. */
  accepted: () => number;
  on: () => Promise<void>;
  off: () => Promise<void>;
}

/** Opens ports that the system chooses, in ascending order, and closes them after each test. */
export function useSwitches(): (count: number) => Promise<[Switch, ...Switch[]]> {
  const all: Switch[] = [];
  afterEach(async () => void (await Promise.all(all.splice(0).map((one) => one.off()))));
  return async (count) => {
    const made = await Promise.all(Array.from({ length: count }, openSwitch));
    all.push(...made);
    made.sort((a, b) => a.port - b.port); // as reports list them
    return made as [Switch, ...Switch[]];
  };
}

async function openSwitch(): Promise<Switch> {
  let server: Server | undefined;
  let accepted = 0;
  let port = 0;
  const on = async (): Promise<void> => {
    server = createServer((socket) => {
      accepted += 1;
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => {
        if (bytes.toString("latin1").startsWith("GET ")) socket.end(page);
      });
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
    port = (server.address() as AddressInfo).port;
  };
  const off = async (): Promise<void> => {
    const open = server;
    server = undefined;
    if (open !== undefined) await new Promise<void>((done) => void open.close(() => done()));
  };
  await on();
  return { port, accepted: () => accepted, on, off };
}

/** Joins the lines of a paragraph: where they break depends on the times in them, which differ in length. */
export function unwrap(text: string): string {
  return text.replaceAll(/\n {4,}(?=\S)/g, " ");
}

/** The text with switch after switch called PORT1, PORT2, … and without times; ports of five digits keep the layout. */
export function normaliseText(text: string, switches: readonly Switch[]): string {
  const named = switches.reduce((rest, { port }, at) => rest.replaceAll(String(port), `PORT${at + 1}`), text);
  return named
    .replaceAll(/"localPort": \d+/g, '"localPort": 0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "DAY UTC")
    .replaceAll(/\b(after|in) \d[\d.]* (?:ms|s)\b/g, "$1 0.4 ms")
    .replaceAll(/("(?:rttMs|waitedMs|durationMs)": )[\d.]+/g, "$10.4");
}
