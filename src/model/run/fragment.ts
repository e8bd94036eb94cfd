import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { unsentCauseSchema } from "../outcome.ts";
import { scriptShells } from "../shell.ts";

/** The first and the last line of a fragment, wherever it is in a text. The last one ends with the count and the sum. */
export const fragmentMarks = {
  begin: "-----BEGIN PORTMATRIX FRAGMENT-----",
  end: "-----END PORTMATRIX FRAGMENT",
} as const;
/** What every line between the marks begins with; lines that begin otherwise are somebody else's and are passed over. */
export const fragmentPrefix = "pm ";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Bytes, as lower-case hexadecimal digits. */
const hex = (mostBytes: number) =>
  z
    .string()
    .max(2 * mostBytes)
    .regex(/^(?:[0-9a-f]{2})*$/);
const text = z.string().max(1_000);
const afterUs = z.number().int().min(0).max(86_400_000_000);
/** How many of the order's steps had been done when it happened. */
const step = z.number().int().min(0).max(32);
const ipLiteral = z
  .string()
  .max(80)
  .regex(/^[0-9a-fA-F.:]+(?:%[\w.-]+)?$/);
/** What something listens on, as the kernel there has it; `isIpv6Only` of `::` where it could be known. */
const listensSchema = z.strictObject({
  protocol: z.enum(["tcp", "udp"]),
  port: portSchema(),
  address: ipLiteral,
  isIpv6Only: z.literal(true).optional(),
});
const ttl = z.number().int().min(0).max(255);

/** An ICMP error as the kernel there kept it; `quoted` is what it quotes behind its headers. */
const icmpSchema = z.strictObject({
  type: ttl,
  code: ttl,
  sender: ipLiteral,
  isOwn: z.boolean(),
  quoted: hex(1_500),
});

/** One thing that happened at one address, as the script saw it. */
export const fragmentFactSchema = z.discriminatedUnion("kind", [
  /** A connection; its own end as far as it is known. */
  z.strictObject({
    kind: z.literal("open"),
    afterUs,
    local: z.strictObject({ address: ipLiteral, port: portSchema() }).optional(),
  }),
  /** `icmp`: `none` where the kernel would have kept one; absent where it keeps none or nobody could ask. */
  z.strictObject({
    kind: z.literal("error"),
    step,
    errno: z.string().regex(/^[A-Z][A-Z0-9_]{1,31}$/),
    afterUs,
    isAtCall: z.boolean(),
    icmp: z.union([z.literal("none"), icmpSchema]).optional(),
  }),
  /** Nothing more came for so long, at the end of which the script gave up. */
  z.strictObject({ kind: z.literal("quiet"), step, afterUs }),
  /** Bytes of a connection, or under TLS once `secured` came. */
  z.strictObject({ kind: z.literal("received"), step, afterUs, bytes: hex(65_536) }),
  /** A datagram; `step` is the number of the datagram that was sent last. */
  z.strictObject({
    kind: z.literal("datagram"),
    step,
    afterUs,
    bytes: hex(65_536),
    from: ipLiteral,
    port: portSchema(),
    ttl: ttl.optional(),
    clockMs: z.number().int().min(0).max(8_640_000_000_000_000).optional(),
  }),
  /** The other side ended the connection. */
  z.strictObject({ kind: z.literal("ended"), step, afterUs }),
  /** TLS was agreed on by a library of that machine; `protocol` as OpenSSL calls it, e.g. `TLSv1.3`. */
  z.strictObject({
    kind: z.literal("secured"),
    step,
    afterUs,
    protocol: z.string().regex(/^[\w.-]{1,16}$/),
    /** DER, the server's own first. */
    certificates: z.array(hex(32_768)).max(10),
  }),
  /** TLS was not agreed on, in the words of that library. */
  z.strictObject({ kind: z.literal("unsecured"), step, afterUs, text }),
  z.strictObject({ kind: z.literal("ping"), exitCode: ttl, output: hex(8_192) }),
  z.strictObject({ kind: z.literal("unsent"), cause: unsentCauseSchema, text }),
]);
export type FragmentFact = z.infer<typeof fragmentFactSchema>;

/** What became of one order: where its name led, and what happened at each address. */
export const fragmentFlowSchema = z.strictObject({
  number: z.number().int().min(1).max(100_000),
  /** The name did not resolve there, and why. */
  nameless: text.optional(),
  /** By address, in the order in which they were asked; `-` where nothing got as far as an address. */
  places: z.array(
    z.strictObject({ address: z.union([ipLiteral, z.literal("-")]), facts: z.array(fragmentFactSchema) }),
  ),
});
export type FragmentFlow = z.infer<typeof fragmentFlowSchema>;

/** What a script brought back: facts alone. It is judged where the topology is. */
export const fragmentSchema = z.strictObject({
  format: z.literal("portmatrix-fragment/1"),
  /** Version of portmatrix that wrote the script. */
  version: z.string().max(40),
  node: z.string().max(200),
  /** SHA-256 of the orders of that node, and the random number that their requests carry (`model/script.ts`). */
  plan: sha256,
  seed: z.string().regex(/^[0-9a-f]{32}$/),
  /** How long its orders wait where the topology says nothing else. */
  timeoutMs: z.number().int().positive().max(600_000),
  shell: z.enum(scriptShells),
  /** The hash that the script carries, and the one that it found of its own file, where it could read that. */
  script: sha256,
  scriptFound: sha256.optional(),
  /** What sent: `Python 3.11.2`, `bash 5.2.15`, `nc (OpenBSD)`. */
  tool: z.string().max(100),
  /** By the clock of that machine. */
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Ports (`tcp/6556`) and addresses of that machine that others ask, as its script had them; absent in older ones. */
  asked: z
    .array(z.union([z.string().regex(/^(?:tcp|udp)\/\d{1,5}$/), ipLiteral]))
    .max(4_000)
    .optional(),
  /** What listens there on the ports of `asked`; absent where it was not read (`--no-listeners`), a text where it could not be. */
  listening: z
    .union([
      text,
      z.strictObject({
        /** Whether sockets of `::` take IPv4 is known. */
        knowsIpv6Only: z.boolean(),
        places: z.array(listensSchema).max(4_000),
        /** Which addresses of `asked` are that machine's, and which are not, as far as it could tell. */
        own: z.array(ipLiteral).max(4_000),
        foreign: z.array(ipLiteral).max(4_000),
      }),
    ])
    .optional(),
  /** The script never ran there, and why: written by `--unreached TEXT` on another machine. */
  unreached: text.optional(),
  flows: z.array(fragmentFlowSchema).max(100_000),
});
export type Fragment = z.infer<typeof fragmentSchema>;
