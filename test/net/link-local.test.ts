import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { addCable, addNode, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";
import { withoutRaw } from "./without-raw.ts";

/**
 * `cmk` and `hosts` share one cable, on which `hosts` has the link-local address fe80::5 and the IPv4 address 10.213.1.2.
 * A name server may give the one without its interface and the other as an IPv4-mapped address.
 */
const lab = useLab([], async (lab) => {
  await addNode(lab, "cmk");
  await addNode(lab, "hosts");
  await addCable(lab, "cmk", "hosts");
  await lab.script(`
    ip -n cmk addr add 10.213.1.1/24 dev hosts
    ip -n hosts addr add 10.213.1.2/24 dev cmk
    ip -n hosts addr add fe80::5/64 dev cmk nodad
    ip -n cmk addr add fe80::1/64 dev hosts nodad
    mkdir -p /etc/netns/cmk
    echo 'hosts: files' > /etc/nsswitch.conf
    printf '%s\\n' 'fe80::5 bare.lab.test' '::ffff:10.213.1.2 mapped.lab.test' > /etc/netns/cmk/hosts`);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }]);
});

const link = "fe80::5%hosts";
const required = (to: string) => [
  { from: "server", to, tcp: 7000 },
  { from: "server", to, tcp: 7001 },
  { from: "server", to, udp: 7001 },
  { from: "server", to, icmp: true },
];
const topology = topologyOf({
  server: { name: "cmk", address: "10.213.1.1", sites: [{ name: "main" }] },
  hosts: [quietHost("link", link), quietHost("bare", "bare.lab.test"), quietHost("mapped", "mapped.lab.test")],
  requirements: ["link", "bare", "mapped"].flatMap(required),
  vantages: { cmk: "local" },
});
const args = ["--section", "extra", "--timeout", "1s"];

test.each([
  ["with raw sockets", () => []],
  ["by ping", withoutRaw],
] as [string, typeof withoutRaw][])(
  "a link-local address with its interface is asked as any other (%s)",
  async (_, behindOf) => {
    const behind = behindOf(lab());
    const checked = await check(lab(), topology, { args, behind });
    const of = (to: string, protocol: "tcp" | "udp" | "icmp", port?: number) =>
      resultOf(checked, { to, protocol, ...(port === undefined ? {} : { port }) });
    for (const to of ["link", "mapped"]) {
      expect(inShort(of(to, "tcp", 7000))).toBe("open pass handshake-completed observed");
      expect(of(to, "tcp", 7001).outcome).toBe("refused");
      expect(of(to, "udp", 7001).outcome).toBe("refused");
      expect(inShort(of(to, "icmp"))).toBe("open pass echo-reply proven");
    }
    expect(of("link", "tcp", 7000).address).toBe(link);
    expect(of("mapped", "tcp", 7000).address).toBe("10.213.1.2");

    // Without its interface the kernel cannot send to it, which says nothing of the network.
    for (const [protocol, port] of [
      ["tcp", 7000],
      ["tcp", 7001],
      ["udp", 7001],
      ["icmp", undefined],
    ] as const) {
      const result = of("bare", protocol, port);
      expect(inShort(result)).toBe("unsent error no-route-here none");
      expect(result.evidence.detail).toContain("write it with the interface, fe80::5%eth0");
    }
  },
);

test("a link-local address without its interface is refused before anything is sent, and the line to write is named", async () => {
  const bare = { ...topology, hosts: [quietHost("link", "fe80::5")], requirements: required("link") };
  await expect(check(lab(), bare, { args })).rejects.toThrow(
    /exit code 2: .*hosts\[0\]\.address: "fe80::5" is link-local: write it with .* e\.g\. fe80::5%eth0/,
  );
});
