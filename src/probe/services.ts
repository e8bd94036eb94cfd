import type { ServiceName } from "../model/service.ts";
import type { ServiceProber } from "./service/service-prober.ts";

/** How one service is asked, and for how long at least, because it answers slowly by nature. */
export interface Service {
  ask: ServiceProber;
  leastPatienceMs?: number;
}

/** Every service that can be asked for its own answer. */
export const services: Partial<Record<ServiceName, Service>> = {};
