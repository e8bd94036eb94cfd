import type { Form, Holding, Incoming, Listening } from "../listening.ts";
import type { FarMessage } from "./message.ts";
import type { FarNames, FarSubscriber } from "./subscriber.ts";

/** Gives and takes orders about one number. */
type Order = (word: string, ...more: readonly (string | number)[]) => void;

/** What listening at another machine needs of the talk with its worker. */
export interface FarListeningTalk {
  enter: (
    make: (order: Order, forget: () => void) => FarSubscriber,
    word: string,
    ...words: readonly (string | number)[]
  ) => void;
  ask: (word: string, words: readonly (string | number)[], wanted: FarMessage["kind"]) => Promise<FarMessage>;
  lookUp: (name: string, act: (found: FarNames) => void) => void;
  broken: Promise<string>;
}

/**
 * Listens with the sockets of another machine. The worker lets through what has the right length and beginning, a
 * bounded number of such lines a second, and keeps to the same bounds as `responder/here.ts`; what they mean is decided
 * on this side.
 */
export function farListening({ enter, ask, lookUp, broken }: FarListeningTalk): Listening {
  return {
    broken,
    open: ({ protocol, address, port }, form, forMs, onIncoming) =>
      Promise.race([
        new Promise<Holding | { errno: string }>((resolve) => {
          const seconds = Math.ceil(forMs / 1_000);
          enter(
            (order, forget) => farHolding(order, forget, form, onIncoming, resolve),
            "listen",
            protocol,
            address,
            port,
            seconds,
            form.length,
            Buffer.from(form.word).toString("hex"),
          );
        }),
        broken.then(() => ({ errno: "EPIPE" })),
      ]),
    resolve: (name) =>
      Promise.race([
        new Promise<string[]>((resolve) => {
          lookUp(name, (found) => resolve("code" in found ? [] : found.addresses.map(({ address }) => address)));
        }),
        broken.then(() => []),
      ]),
    readTables: async (ports, withNames) => {
      const answer = await Promise.race([ask("tables", [withNames ? 1 : 0, ...ports], "tables"), broken]);
      return typeof answer === "object" && answer.kind === "tables" ? answer.text : "";
    },
  };
}

function farHolding(
  order: Order,
  forget: () => void,
  form: Form,
  onIncoming: (incoming: Incoming) => void,
  settle: (opened: Holding | { errno: string }) => void,
): FarSubscriber {
  let isBound = false;
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    order("close");
    forget();
  };
  return {
    hear(message) {
      switch (message.kind) {
        case "bound":
          if (isBound) return false;
          isBound = true;
          settle({ close });
          return true;
        case "error":
          settle({ errno: message.errno });
          forget();
          return true;
        case "arrived": {
          const { from, port: fromPort, clockMs, ttl, bytes } = message;
          if (!isBound || bytes.length !== form.length) return false;
          const answer = (said: Uint8Array | undefined) =>
            order("answer", from, fromPort, said === undefined ? "-" : Buffer.from(said).toString("hex"));
          onIncoming({ bytes, from, fromPort, clockMs, ttl, answer });
          return true;
        }
        default:
          return false;
      }
    },
  };
}
