import type { RespondOrder, ResponderEvent } from "../model/run/responder.ts";
import type { ListenAt } from "../sockets/listening.ts";

/** What root says to the process that serves its ports; an answer `taken` without an errno comes with the socket. */
export type ToRootless =
  | { type: "respond"; id: number; order: RespondOrder }
  | { type: "cancel"; id: number }
  | { type: "taken"; question: number; errno?: string }
  | { type: "tables"; question: number; text: string };

/** What that process says: whether it has lost root's rights, what its responders tell, and what only root can do. */
export type OfRootless =
  | { type: "ready"; keepsRoot: boolean }
  | { type: "event"; id: number; event: ResponderEvent }
  | { type: "take"; question: number; at: ListenAt }
  | { type: "read"; question: number; ports: readonly number[]; withNames: boolean };
