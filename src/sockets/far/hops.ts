import type { SendHop } from "../../model/run/walk.ts";
import type { FarMessage } from "./message.ts";

/** What packets with few hops to live need of the talk with a worker. */
export interface HopTalk {
  ask: (word: string, words: readonly (string | number)[], wanted: FarMessage["kind"]) => Promise<FarMessage>;
  broken: Promise<string>;
}

/** Sends such packets with the sockets of another process. */
export function farHops({ ask, broken }: HopTalk): SendHop {
  return async ({ protocol, address, port, hops, sourcePort, waitMs, bytes }) => {
    const data = bytes.length === 0 ? "-" : Buffer.from(bytes).toString("hex");
    const words = [protocol, address, port, hops, sourcePort, waitMs, data];
    const answer = await Promise.race([ask("hop", words, "hop"), broken]);
    if (typeof answer === "string") return { kind: "unsent", detail: answer };
    if (answer.kind === "hop") return answer.answer;
    return { kind: "unsent", detail: answer.kind === "error" ? answer.errno : "UNKNOWN" };
  };
}
