import type { ServiceSpec } from "../../../model/service.ts";
import type { ServiceEvidence } from "../../../model/service-evidence.ts";
import type { ProbeContext } from "../../flight/prober.ts";
import type { Connection, NotConnected } from "./connection.ts";

/** The place of one service and what may be spent on asking it. */
export interface ServiceContext extends ProbeContext {
  port: number;
  /** Milliseconds that are left for the conversation; never less than 0. */
  leftMs(): number;
  /**
   * A second connection, for services that have to be asked in two ways one after the other. Never allowed for
   * services that it could harm (docs/notes/probe-safety.md). It is closed with the probe. `port` is another one only
   * where the service itself sent its clients there.
   */
  connectAgain(port?: number): Promise<Connection | NotConnected>;
}

/** What a service prober found; its own name is added by the caller. */
export type Found = Omit<ServiceEvidence, "name">;

/**
 * Asks one service for its own answer over a connection that has just been opened. Network events are values: whatever
 * the other side does within its bytes and its time, the promise resolves. It rejects only for bugs.
 */
export type ServiceProber = (connection: Connection, spec: ServiceSpec, context: ServiceContext) => Promise<Found>;
