import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../lab/standins/main.mjs", import.meta.url));

/** A stand-in that runs as its own process, as in the lab. */
export interface StandIn {
  /** Ports it opened, in the order of its settings. */
  ports: number[];
  /** The only port. */
  port: number;
  /** Directory with its certificates, `LAB_STATE` in the lab. */
  state: string;
  /** Sends TERM and waits; the exit code must be 0. */
  stop(): Promise<void>;
}

/** Starts `lab/standins/main.mjs NAME` with the given settings and waits until it says its ports. */
export async function startStandIn(name: string, env: Record<string, string>): Promise<StandIn> {
  const state = mkdtempSync(join(tmpdir(), "portmatrix-stand-in-"));
  const settings = { PATH: process.env["PATH"] ?? "", LAB_STATE: state, LAB_RUN: state, ...env };
  const child = spawn(process.execPath, [main, name], { env: settings, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("\n")) break;
  }
  if (!said.includes("\n")) throw new Error(`${name} ended before it listened: ${JSON.stringify(await exited)}`);
  const { ports } = JSON.parse(said) as { ports: number[] };
  return {
    ports,
    port: ports[0] ?? 0,
    state,
    stop: async () => {
      child.kill("SIGTERM");
      const [code] = (await exited) as [number | null];
      rmSync(state, { recursive: true, force: true });
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
    },
  };
}

/** What came over a connection until it ended: the bytes, and how it ended. */
export interface Heard {
  bytes: Buffer;
  end: "closed" | "reset" | "refused" | "silence";
}

/** Connects, sends, and listens until the other side ends or has been silent for `patienceMs`. */
export async function talk(
  port: number,
  {
    say,
    half = false,
    patienceMs = 1000,
    from,
  }: { say?: string | Buffer; half?: boolean; patienceMs?: number; from?: string } = {},
): Promise<Heard> {
  const socket = connect({ port, host: "127.0.0.1", ...(from === undefined ? {} : { localAddress: from }) });
  const chunks: Buffer[] = [];
  try {
    return await new Promise((resolve) => {
      const settle = (end: Heard["end"]) => resolve({ bytes: Buffer.concat(chunks), end });
      socket.setTimeout(patienceMs, () => settle("silence"));
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("end", () => settle("closed"));
      socket.on("error", (error: NodeJS.ErrnoException) => settle(error.code === "ECONNREFUSED" ? "refused" : "reset"));
      socket.on("connect", () => {
        if (half) socket.end(say ?? "");
        else if (say !== undefined) socket.write(say);
      });
    });
  } finally {
    socket.destroy();
  }
}

/** A connection on which the stand-in has said its first bytes. */
export async function connectAndHear(port: number): Promise<{ socket: Socket; first: Buffer }> {
  const socket = connect({ port, host: "127.0.0.1" });
  const [first] = (await once(socket, "data")) as [Buffer];
  return { socket, first };
}
