import { canListenOn } from "./service.ts";

/** Every machine of the demo lab with its loopback address, and the loopback addresses that a program may bind. */
export interface LabAddresses {
  cmk: string;
  muc: string;
  web01: string;
  web02: string;
  db01: string;
  win01: string;
  sw01: string;
  rtr01: string;
  node1: string;
  node2: string;
  dns: string;
  ntp: string;
  mail: string;
  directory: string;
  license: string;
  /** 127.0.0.1 and, where this machine has it, ::1. */
  loopback: readonly string[];
}

const own: Omit<LabAddresses, "loopback"> = {
  cmk: "127.10.0.5",
  muc: "127.20.0.5",
  web01: "127.10.3.1",
  db01: "127.10.3.2",
  win01: "127.10.3.3",
  sw01: "127.10.3.4",
  web02: "127.20.3.1",
  rtr01: "127.20.3.2",
  node1: "127.10.9.1",
  node2: "127.10.9.2",
  dns: "127.10.0.53",
  ntp: "127.10.0.123",
  mail: "127.10.0.25",
  directory: "127.10.0.88",
  license: "127.10.0.99",
};

/** Each machine's own address where the system has them, else 127.0.0.1 for all: then only the ports differ. */
export async function chooseAddresses(): Promise<LabAddresses> {
  const [hasOwn, hasIpv6] = await Promise.all([canListenOn(own.cmk), canListenOn("::1")]);
  return withLoopback(hasOwn, hasIpv6);
}

/** The addresses of a lab on a machine with or without the whole of 127.0.0.0/8, and with or without ::1. */
export function withLoopback(hasOwn: boolean, hasIpv6: boolean): LabAddresses {
  const shared = Object.fromEntries(Object.keys(own).map((name) => [name, "127.0.0.1"])) as typeof own;
  return { ...(hasOwn ? own : shared), loopback: hasIpv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"] };
}
