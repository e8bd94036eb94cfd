import type { Flow } from "../model/flow.ts";

/** What all flows of one requirement, transport and port share; made once for them. */
export type FlowKind = Pick<
  Flow,
  "section" | "requirement" | "service" | "short" | "purpose" | "protocol" | "expect" | "tolerates" | "accepts"
>;

/** What a flow has for itself. */
export interface FlowPlace extends Pick<Flow, "id" | "from" | "to" | "address"> {
  port: number | undefined;
  alternative?: string | undefined;
  enabledBy?: string | undefined;
}

/**
 * A flow for which no probe is named yet: `merge` does that. The usual flow is one literal: one that is put together
 * from optional parts takes five times as long and twice the memory, and there may be a million of them.
 */
export function flowOf(kind: FlowKind, place: FlowPlace): Flow {
  const { section, requirement, service, short, purpose, protocol, expect, tolerates, accepts } = kind;
  const { id, from, to, address, port, alternative, enabledBy } = place;
  const probe = "";
  const isUsual = alternative === undefined && tolerates === undefined && accepts === undefined;
  if (isUsual && enabledBy === undefined) {
    return port === undefined
      ? { id, section, requirement, service, short, purpose, from, to, address, protocol, expect, probe }
      : { id, section, requirement, service, short, purpose, from, to, address, protocol, port, expect, probe };
  }
  return {
    id,
    section,
    requirement,
    service,
    short,
    purpose,
    from,
    to,
    address,
    protocol,
    ...(port === undefined ? {} : { port }),
    expect,
    ...(alternative === undefined ? {} : { alternative }),
    ...(tolerates === undefined ? {} : { tolerates }),
    ...(accepts === undefined ? {} : { accepts }),
    ...(enabledBy === undefined ? {} : { enabledBy }),
    probe,
  };
}
