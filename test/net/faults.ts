import { addAddress, addRoute, at, setFirewall } from "./paths.ts";
import type { Written } from "./check.ts";
import type { Lab } from "./lab.ts";

/** What a firewall of the lab does to a packet, as nftables statements (nft(8), REJECT STATEMENT). */
const statements = {
  drop: "drop",
  reset: "reject with tcp reset",
  "port-unreachable": "reject with icmpx type port-unreachable",
  "admin-prohibited": "reject with icmpx type admin-prohibited",
  "host-unreachable": "reject with icmpx type host-unreachable",
} as const;

/** What can be wrong with a host of the lab besides the firewall. */
type Elsewhere = "none" | "nothing-listens" | "mute" | "off" | "no-route-at-router" | "no-route-here";

/** What is wrong with a host of the lab. */
export type Fault = keyof typeof statements | Elsewhere;

export const families = ["v4", "v6"] as const;
type Family = (typeof families)[number];

const networks: Partial<Record<Fault, number>> = { "no-route-at-router": 9, "no-route-here": 77 };
const isWhole = (fault: Fault): boolean => fault === "off" || networks[fault] !== undefined;
/** Place of the first fault of a list, which is always there: start every list with `none`. */
const firstPlace = 10;
const controlledOffset = 50;

const placeOf = (faults: readonly Fault[], fault: Fault): number => firstPlace + faults.indexOf(fault);

/** Node name of the host with a fault; `controlled` is its twin where one port stays open as a control. */
export function hostName(fault: Fault, family: Family, controlled = false): string {
  return `${fault}${controlled ? "-controlled" : ""}-${family}`;
}

/** Every host of the lab with its one address. Faults of the whole host leave no port for a control. */
export function addresses(
  faults: readonly Fault[],
): { name: string; fault: Fault; address: string; controlled: boolean }[] {
  return faults.flatMap((fault) =>
    families.flatMap((family) =>
      [false, ...(isWhole(fault) ? [] : [true])].map((controlled) => {
        const place = placeOf(faults, fault) + (controlled ? controlledOffset : 0);
        const address = at(networks[fault] ?? 2, place)[family];
        return { name: hostName(fault, family, controlled), fault, address, controlled };
      }),
    ),
  );
}

/** Places of network 2 that somebody owns while the faults are in place. */
export function places(faults: readonly Fault[]): number[] {
  return faults.flatMap((fault) =>
    isWhole(fault) ? [] : [placeOf(faults, fault), placeOf(faults, fault) + controlledOffset],
  );
}

/** Rules of the router that make the faults; `match` says which packets to a host are meant. */
export function firewallRules(faults: readonly Fault[], match: string | Record<Family, string>): string[] {
  return addresses(faults).flatMap(({ fault, address }) => {
    const statement = (statements as Partial<Record<Fault, string>>)[fault];
    const family = address.includes(":") ? "v6" : "v4";
    const packets = typeof match === "string" ? match : match[family];
    return statement === undefined
      ? []
      : [`${family === "v6" ? "ip6" : "ip"} daddr ${address} ${packets} ${statement}`];
  });
}

/** What is required of the hosts over ICMP: that echo is open and, of the same packet, that it is blocked. */
export function echoRequirementsOf(faults: readonly Fault[]): Written[] {
  return addresses(faults).flatMap(({ name, controlled }) => [
    { id: "echo-open", from: "server", to: name, icmp: true, expect: "open" },
    { id: "echo-blocked", from: "server", to: name, icmp: true, expect: "blocked" },
    ...(controlled ? [{ from: "server", to: name, tcp: 7000, expect: "open" }] : []),
  ]);
}

/**
 * What is required of the hosts over a transport with ports: 7001 open and 7002 blocked, or 7101 and 7102 where
 * nothing listens; 7000/tcp, the control, open.
 */
export function requirementsOf(faults: readonly Fault[], protocol: "tcp" | "udp"): Written[] {
  return addresses(faults).flatMap(({ name, fault, controlled }) => {
    const [open, blocked] = fault === "nothing-listens" ? [7101, 7102] : [7001, 7002];
    return [
      { from: "server", to: name, [protocol]: open, expect: "open" },
      { from: "server", to: name, [protocol]: blocked, expect: "blocked" },
      ...(controlled ? [{ from: "server", to: name, tcp: 7000, expect: "open" }] : []),
    ];
  });
}

/** Removes every fault but `nothing-listens`: no firewall, every address has an owner, every network a route. */
export async function mend(lab: Lab, faults: readonly Fault[]): Promise<void> {
  await setFirewall(lab, []);
  for (const fault of faults.filter(isWhole)) {
    const network = networks[fault] ?? 2;
    await addAddress(lab, "hosts", network === 2 ? "fw" : "lo", network, placeOf(faults, fault));
    if (network !== 2) await addRoute(lab, "fw", network, at(2, firstPlace));
    if (fault === "no-route-here") await addRoute(lab, "cmk", network, at(1, 1));
  }
}
