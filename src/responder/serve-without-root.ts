import { Socket as DatagramSocket } from "node:dgram";
import type { Server } from "node:net";
import { listeningHere } from "./here.ts";
import { isRootOfNothing, nobody } from "./nobody.ts";
import { type Responder, respond } from "./respond.ts";
import type { OfRootless, ToRootless } from "./rootless-messages.ts";
import type { TakenPort } from "./take-port.ts";

/** The process that this is: it is one by itself, started by `without-root.ts`. */
// oxlint-disable-next-line no-restricted-globals -- a process of its own, with no command line
const me = process;

/**
 * Makes this process the one that serves ports for root: gives up the rights that it was started with before anything
 * comes from outside, then carries out orders. It gets each port from root, and the kernel's tables. It ends with its
 * starter, even if that is killed.
 */
export function serveWithoutRoot(): void {
  me.on("disconnect", () => me.exit(0));
  if (!me.connected) me.exit(0);
  const say = (message: OfRootless) => void me.send?.(message, () => undefined);
  const responders = new Map<number, Responder>();
  const waiting = new Map<number, (answer: ToRootless, handle: unknown) => void>();
  let lastQuestion = 0;
  const ask = <Answer>(
    question: (number: number) => OfRootless,
    read: (answer: ToRootless, handle: unknown) => Answer,
  ) =>
    new Promise<Answer>((resolve) => {
      const number = ++lastQuestion;
      waiting.set(number, (answer, handle) => resolve(read(answer, handle)));
      say(question(number));
    });
  const listening = listeningHere(
    (at) => ask((question) => ({ type: "take", question, at }), takenOf),
    (ports, withNames) =>
      ask(
        (question) => ({ type: "read", question, ports, withNames }),
        (answer) => (answer.type === "tables" ? answer.text : ""),
      ),
  );
  me.on("message", (message: ToRootless, handle: unknown) => {
    if (message.type === "respond") {
      const { id, order } = message;
      const responder = respond(order, listening, (event) => say({ type: "event", id, event }));
      responders.set(id, responder);
      void responder.ended.then(() => responders.delete(id));
    } else if (message.type === "cancel") void responders.get(message.id)?.stop();
    else {
      waiting.get(message.question)?.(message, handle);
      waiting.delete(message.question);
    }
  });
  say({ type: "ready", keepsRoot: keepsRootHere() });
}

function takenOf(answer: ToRootless, handle: unknown): TakenPort {
  if (handle instanceof DatagramSocket) return { udp: handle };
  if (handle !== undefined && handle !== null) return { tcp: handle as Server };
  return { errno: answer.type === "taken" ? (answer.errno ?? "EBADF") : "EBADF" };
}

/** Gives root's rights up in the order that works; true if any are left. */
function keepsRootHere(): boolean {
  try {
    me.setgroups?.([]);
    me.setgid?.(nobody.gid);
    me.setuid?.(nobody.uid);
  } catch {
    return !isRootOfNothing();
  }
  try {
    me.setuid?.(0);
    return true;
  } catch {
    return [me.getuid?.(), me.geteuid?.(), me.getgid?.(), me.getegid?.()].includes(0);
  }
}
