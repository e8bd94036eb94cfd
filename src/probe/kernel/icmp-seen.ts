import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import type { Seen } from "../flight/prober.ts";
import type { IcmpMeaning } from "./icmp-meaning.ts";

/** An ICMP error about a packet of ours. */
export interface IcmpSighting {
  kind: IcmpMeaning;
  /** Type and code, e.g. `3/13`. */
  icmpCode: string;
  reporter: string;
  /** The machine that asked sent it. */
  isOwn: boolean;
  rttMs: number;
}

/**
 * What an ICMP error means. One that the asking machine sent itself is no router's. Nobody having answered ARP or
 * neighbour discovery is a fact about the network all the same (`ipv4_link_failure` in net/ipv4/route.c); everything else
 * is a rule of that machine.
 */
export function seenByIcmp(
  { kind, icmpCode, reporter, isOwn, rttMs }: IcmpSighting,
  address: string,
  more: Evidence = {},
): Seen {
  const evidence = { ...(isOwn ? { localAddress: reporter } : {}), ...more, reporter, icmpCode, codeSeen: true };
  if (isOwn && kind !== "unreachable") {
    const detail = `A rule of this machine rejected the packet to ${address} (ICMP ${icmpCode} from its own address ${reporter})`;
    return unsent("local-firewall", detail, evidence);
  }
  return { outcome: { kind, rttMs: Math.max(0, rttMs) }, evidence };
}
