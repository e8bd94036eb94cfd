import { addAddress, addRoute, at, setFirewall } from "./paths.ts";
import type { Written } from "./check.ts";
import type { Lab } from "./lab.ts";

/** What a firewall of the lab does to a packet, as nftables statements (nft(8), REJECT STATEMENT). */
const statements = {
  drop: { v4: "drop", v6: "drop" },
  reset: { v4: "reject with tcp reset", v6: "reject with tcp reset" },
  "port-unreachable": icmpx("port-unreachable"),
  "admin-prohibited": icmpx("admin-prohibited"),
  "host-unreachable": icmpx("host-unreachable"),
  /** The rarer prohibiting codes: RFC 1812 §5.2.7.1 code 9, and RFC 4443 §3.1 code 5. */
  "net-prohibited": { v4: "reject with icmp type net-prohibited", v6: "reject with icmpv6 type policy-fail" },
} as const;
function icmpx(type: string) {
  return { v4: `reject with icmpx type ${type}`, v6: `reject with icmpx type ${type}` };
}

/** What can be wrong with a host of the lab besides the firewall. */
type Elsewhere = "none" | "nothing-listens" | "mute" | "dropped-here" | "off" | "no-route-at-router" | "no-route-here";

/** What is wrong with a host of the lab. */
export type Fault = keyof typeof statements | Elsewhere;

export const families = ["v4", "v6"] as const;
type Family = (typeof families)[number];

const networks: Partial<Record<Fault, number>> = { "no-route-at-router": 9, "no-route-here": 77 };
const isWhole = (fault: Fault): boolean => fault === "off" || networks[fault] !== undefined;
/**
 * What is required of a host: that the port is open; that it is blocked; or that it is blocked while another port,
 * the control, is open.
 */
const aims = ["open", "blocked", "controlled"] as const;
type Aim = (typeof aims)[number];

/** A host of the lab: one fault, one aim, one address. */
export interface FaultyHost {
  name: string;
  fault: Fault;
  aim: Aim;
  address: string;
}

/** Place of the first fault of a list, which is always there: start every list with `none`. */
const firstPlace = 10;
const placeOf = (faults: readonly Fault[], fault: Fault, aim: Aim): number =>
  firstPlace + faults.indexOf(fault) + 50 * aims.indexOf(aim);
const aimsOf = (fault: Fault): readonly Aim[] => (isWhole(fault) ? ["open", "blocked"] : aims);

/** Node name of the host with a fault. */
export function hostName(fault: Fault, family: Family, aim: Aim): string {
  return `${fault}-${aim}-${family}`;
}

/** Every host of the lab. A fault of the whole host leaves no port for a control. */
export function hostsWith(faults: readonly Fault[]): FaultyHost[] {
  return faults.flatMap((fault) =>
    families.flatMap((family) =>
      aimsOf(fault).map((aim) => {
        const address = at(networks[fault] ?? 2, placeOf(faults, fault, aim))[family];
        return { name: hostName(fault, family, aim), fault, aim, address };
      }),
    ),
  );
}

/** Places of network 2 that somebody owns while the faults are in place. */
export function places(faults: readonly Fault[]): number[] {
  return faults.flatMap((fault) => (isWhole(fault) ? [] : aims.map((aim) => placeOf(faults, fault, aim))));
}

/** Rules of the router that make the faults; `match` says which packets to a host are meant. */
export function firewallRules(faults: readonly Fault[], match: string | Record<Family, string>): string[] {
  return hostsWith(faults).flatMap(({ fault, address }) => {
    const family = address.includes(":") ? "v6" : "v4";
    const statement = (statements as Partial<Record<Fault, Record<Family, string>>>)[fault]?.[family];
    const packets = typeof match === "string" ? match : match[family];
    return statement === undefined
      ? []
      : [`${family === "v6" ? "ip6" : "ip"} daddr ${address} ${packets} ${statement}`];
  });
}

/** Rules for `cmk` itself that keep packets to hosts with the fault `dropped-here` from leaving. */
export function localRules(faults: readonly Fault[]): string {
  const rules = hostsWith(faults).flatMap(({ fault, address }) =>
    fault === "dropped-here" ? [`${address.includes(":") ? "ip6" : "ip"} daddr ${address} drop`] : [],
  );
  return `table inet own { chain sent { type filter hook output priority 0; policy accept;\n${rules.join("\n")}\n}\n}`;
}

/** The port in question on hosts with a fault; on 7101 nothing listens until a test starts something there. */
export function portOf(fault: Fault): number {
  return fault === "nothing-listens" ? 7101 : 7001;
}

/** Requirements of a topology that say what each host is there for; 7000/tcp is the control. */
export function requirementsOf(faults: readonly Fault[], protocol: "tcp" | "udp" | "icmp"): Written[] {
  return hostsWith(faults).flatMap(({ name, fault, aim }) => {
    const expect = aim === "open" ? "open" : "blocked";
    const what = protocol === "icmp" ? { icmp: true } : { [protocol]: portOf(fault) };
    return [
      { from: "server", to: name, ...what, expect },
      ...(aim === "controlled" ? [{ from: "server", to: name, tcp: 7000, expect: "open" }] : []),
    ];
  });
}

/** Removes every fault but `nothing-listens`: no firewall, every address has an owner, every network a route. */
export async function mend(lab: Lab, faults: readonly Fault[]): Promise<void> {
  await setFirewall(lab, []);
  await lab.rules("cmk", "");
  for (const fault of faults.filter(isWhole)) {
    const network = networks[fault] ?? 2;
    for (const aim of aimsOf(fault)) {
      await addAddress(lab, "hosts", network === 2 ? "fw" : "lo", network, placeOf(faults, fault, aim));
    }
    if (network !== 2) await addRoute(lab, "fw", network, at(2, firstPlace));
    if (fault === "no-route-here") await addRoute(lab, "cmk", network, at(1, 1));
  }
}
