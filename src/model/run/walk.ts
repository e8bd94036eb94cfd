import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { transportSchema } from "../verdict.ts";

/** What came back for the packets that had so many hops to live. */
const stepAnswerSchema = z.enum([
  "expired", // a router says that the packet's time is over: it came as far as there
  "open", // the target took the connection
  "reply", // the target answered
  "closed", // the target says that nobody listens (ICMP port unreachable from its own address)
  "reset", // a TCP reset, whose sender cannot be told from the target
  "rejected", // an ICMP error with another meaning
  "too-big", // the packet does not fit into the next link
  "none", // nothing, however often it was asked
]);

/** One distance of a walk. */
const stepSchema = z.strictObject({
  /** Hops that the packet had to live. */
  hops: z.number().int().min(1).max(255),
  /** Packets sent until there was an answer, or without one. */
  sent: z.number().int().positive(),
  answer: stepAnswerSchema,
  /** Who sent the answer; of a reset, who it says it is from. */
  from: z.string().optional(),
  /** The sender of the ICMP error is the machine that walks: nobody answered it on its own link. */
  isOwn: z.literal(true).optional(),
  icmpCode: z.string().optional(),
  /** What still fits, in bytes, as the answer says. */
  mtu: z.number().int().positive().optional(),
  rttMs: z.number().nonnegative().optional(),
});
export type Step = z.infer<typeof stepSchema>;

/** Packets of one five-tuple towards one address, with ever more hops to live. */
const walkSchema = z.strictObject({
  protocol: transportSchema,
  address: z.string(),
  port: portSchema().optional(), // absent for ICMP
  /** The source port, or the id of an echo; absent when nothing could be sent. */
  sourcePort: z.number().int().nonnegative().optional(),
  /** Of a walk with large packets: their size with all headers. */
  packetBytes: z.number().int().positive().optional(),
  steps: z.array(stepSchema),
  /** Why it could not be walked. */
  unsent: z.string().optional(),
});
export type Walk = z.infer<typeof walkSchema>;

/** A place on the way. */
const placeSchema = z.strictObject({
  hops: z.number().int().nonnegative(), // 0 is the machine that walks
  address: z.string().optional(), // absent where nobody answers at this distance
  isTarget: z.literal(true).optional(),
});
export type Place = z.infer<typeof placeSchema>;

/** What bounds the conclusion. */
const caveatSchema = z.enum([
  "no-control", // nothing else at the target answered, so nothing tells how the way goes on
  "control-is-icmp", // the control is an echo: a network may send it another way
  "mute-hops", // between both ends of the stretch there are hops that answer neither walk
  "rate-limited", // a hop answered some packets only, so its silence counts for nothing
  "several-paths", // other source ports go another way
  "path-differs", // the two walks met different routers at the same distance
  "loop", // the same router answered at several distances
  "way-back", // it may also be the answer that is lost
  "mute-service", // over UDP, silence at the target may be the service's own
  "forwarded", // a nearer or farther machine answers the working port: it may be forwarded
]);
export type Caveat = z.infer<typeof caveatSchema>;

/** What follows from walks. */
const conclusionSchema = z.strictObject({
  kind: z.enum([
    "arrives", // the target answered
    "some-paths", // it depends on the source port
    "lost", // the packet, or its answer, vanishes on the stretch
    "rejected", // somebody says so
    "reset", // something on the stretch resets the connection
    "large-lost", // small packets arrive, large ones vanish on the stretch
    "untold", // nothing could be walked
  ]),
  /** The stretch: the last that let it through, and the first that is known not to have had it. */
  last: placeSchema.optional(),
  next: placeSchema.optional(),
  /** All routers that were seen at the distance behind `last`, where there are several. */
  others: z.array(z.string()).optional(),
  by: placeSchema.optional(), // who rejected it, or has the link that is too small
  icmpCode: z.string().optional(),
  mtu: z.number().int().positive().optional(),
  caveats: z.array(caveatSchema),
  detail: z.string().optional(), // of `untold`
});
export type Conclusion = z.infer<typeof conclusionSchema>;

/** What packets from other source ports did: how many arrived, and whom they met behind the last hop of the walk. */
const otherPathsSchema = z.strictObject({
  asked: z.number().int().nonnegative(),
  arrived: z.number().int().nonnegative(),
  met: z.array(z.string()),
});
export type OtherPaths = z.infer<typeof otherPathsSchema>;

/** Where a flow dies, and everything that it was concluded from. */
export const traceSchema = z.strictObject({
  walk: walkSchema,
  /** To the same address with what is answered there; `port` or ICMP says what. */
  control: walkSchema.optional(),
  /** The control, asked once more at the place where the flow was lost, still answered there. */
  controlHolds: z.boolean().optional(),
  otherPaths: otherPathsSchema.optional(),
  /** The same way with large packets; absent where small ones had no answer to compare with. */
  large: walkSchema.optional(),
  conclusion: conclusionSchema,
});
export type Trace = z.infer<typeof traceSchema>;

/** One packet of a walk. */
export interface HopOrder {
  protocol: Walk["protocol"];
  address: string;
  /** 0 for ICMP. */
  port: number;
  hops: number;
  /** 0: any. */
  sourcePort: number;
  waitMs: number;
  /** Of a datagram, or behind the header of an echo request. */
  bytes: Uint8Array;
}

/** The first answer to it. */
export type HopAnswer =
  | { kind: "open" | "reply" | "silent"; sourcePort: number; afterMs: number }
  | {
      kind: "error";
      sourcePort: number;
      afterMs: number;
      errno: string;
      mtu?: number | undefined;
      /** `none`: the kernel would have kept an ICMP error; absent: it keeps none. */
      icmp?: { type: number; code: number; sender: string; isOwn: boolean } | "none" | undefined;
    }
  /** Nothing was sent. */
  | { kind: "unsent"; detail: string };

/** Sends one packet and waits for its answer. Never rejects. */
export type SendHop = (order: HopOrder) => Promise<HopAnswer>;
