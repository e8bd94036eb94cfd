import { printable } from "../../../model/text/printable.ts";
import { type Greeting, hasLine } from "../../../wire/greetings.ts";
import type { Connection } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, sawCharacters, serverName, verifiedUnder } from "../conversation/tls-evidence.ts";

/** How a service greets who calls it, and how it is left. */
export interface Greeted {
  /** What was waited for, for messages. */
  what: string;
  read: (bytes: Uint8Array) => Greeting | undefined;
  isWhole?: (bytes: Uint8Array) => boolean;
  /** What is said at the end, so that the server need not wonder; without it the connection is closed. */
  farewell?: string;
  /** The port at which TLS comes first. */
  tlsPort?: number;
}

const longestFarewellMs = 500;

/** A service that speaks first. Nothing is sent but a farewell: no name, no login. */
export const askGreeted =
  (greeted: Greeted): ServiceProber =>
  async (connection, _spec, context) => {
    if (context.port !== greeted.tlsPort) return hear(connection, context, greeted);
    const opening = await connection.startTls({ ...serverName(context), withinMs: context.leftMs() });
    if (opening.kind === "secured") {
      const under = verifiedUnder(opening);
      const found = await hear(opening.connection, context, greeted);
      return found.finding === "verified" ? { ...found, ...under } : { ...under, ...found };
    }
    const plain = opening.kind === "failed" ? greeted.read(opening.answered) : undefined;
    return plain === undefined
      ? foundWithoutTls(opening)
      : { finding: "plaintext", saw: printable(plain.text, sawCharacters) };
  };

async function hear(connection: Connection, { leftMs }: ServiceContext, greeted: Greeted): Promise<Found> {
  const { read, isWhole = hasLine, what, farewell } = greeted;
  const first = await connection.read({ isEnough: isWhole, withinMs: leftMs() });
  const greeting = read(first.bytes);
  if (farewell !== undefined && greeting !== undefined) {
    connection.write(farewell);
    connection.end();
    await connection.read({ isEnough: hasLine, withinMs: Math.min(longestFarewellMs, leftMs()) });
  }
  connection.close();
  if (greeting === undefined) return foundInstead(first, what);
  return { finding: greeting.serves ? "verified" : "refuses", saw: printable(greeting.text, sawCharacters) };
}
