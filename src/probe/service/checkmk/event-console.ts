import { beginsLikeStatus, eventConsoleQuery, readEventConsoleStatus } from "../../../wire/checkmk/event-console.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";

const mostAnswerBytes = 65_536;

/**
 * The Event Console's status port (docs/notes/listening.md, docs/notes/probe-safety.md). One thread serves everybody
 * and waits 3 s for a client that says nothing, so the question leaves at once, in one segment, with the end of this
 * side behind it.
 */
export const askEventConsole: ServiceProber = async (connection, _spec, context) => {
  connection.write(eventConsoleQuery);
  connection.end();
  const isEnough = (bytes: Buffer) => readEventConsoleStatus(bytes) !== undefined;
  const received = await connection.read({ isEnough, mostBytes: mostAnswerBytes, withinMs: context.leftMs() });
  const status = readEventConsoleStatus(received.bytes);
  if (status !== undefined) {
    const { messages } = status;
    const count = messages === undefined ? "" : `, ${messages} messages received`;
    return { finding: "verified", saw: `Event Console${count}` };
  }
  if (beginsLikeStatus(received.bytes)) {
    return { finding: "other-answer", saw: "an Event Console status that broke off" };
  }
  return foundInstead(received, "answer to the status query");
};
