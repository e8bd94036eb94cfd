import type { Caveat, Conclusion, Place, Trace, Walk } from "../../model/run/walk.ts";
import { counted } from "./wording.ts";

const named = ({ hops, address, isTarget }: Place): string => {
  if (hops === 0) return "the sending machine";
  if (isTarget === true) return `the target${address === undefined ? "" : ` ${address}`}`;
  return address ?? `hop ${hops}, which never answers`;
};

const questionOf = ({ protocol, port }: Walk): string => (port === undefined ? "ICMP echo" : `${port}/${protocol}`);

/** What a walk asked, as the head of its column. */
export const walkLabel = (walk: Walk): string =>
  `${questionOf(walk)}${walk.packetBytes === undefined ? "" : `, ${walk.packetBytes} bytes`}`;

/** What a walk led to, in one sentence. */
export function pathSentence({ walk, control, conclusion, otherPaths, large }: Trace): string {
  const { kind, last, next, by, icmpCode, mtu } = conclusion;
  const flow = questionOf(walk);
  const lastSeen = last === undefined || last.hops === 0 ? undefined : last;
  const on = control === undefined ? "" : questionOf(control);
  switch (kind) {
    case "untold":
      return `Where ${flow} dies cannot be told: ${conclusion.detail ?? "nothing was sent"}.`;
    case "arrives":
      return by === undefined || by.hops === 0
        ? `${flow} arrives.`
        : `${flow} arrives; ${named(by)} says that packets of ${large?.packetBytes ?? 0} bytes do not fit${mtu === undefined ? "" : `, ${mtu} bytes do`}.`;
    case "rejected":
      if (by?.hops === 0) return `No machine answers on the sending machine's own link (ICMP ${icmpCode}).`;
      return `${by === undefined ? "Something" : named(by)} rejects ${flow}${icmpCode === undefined ? "" : ` (ICMP ${icmpCode})`}${mtu === undefined ? "" : `; ${mtu} bytes fit`}.`;
    case "large-lost":
      return `${flow} arrives, but packets of ${large?.packetBytes ?? 0} bytes vanish ${stretch(lastSeen, next, "")}, and no router says what fits there: an MTU black hole.`;
    case "some-paths":
      return `There are several paths: from ${otherPaths?.arrived ?? 0} of ${counted(otherPaths?.asked ?? 0, "other source port")} ${flow} arrives, from source port ${walk.sourcePort ?? "?"} it does not; there it dies ${stretch(lastSeen, next, on)}.`;
    case "reset":
      return `A reset comes from ${lastSeen === undefined ? "" : `${named(lastSeen)} or from `}${next === undefined ? "what is behind it" : resetBehind(next, on)}; it has the target's address, whoever sent it.`;
    case "lost":
      return `${lastSeen === undefined ? "No router answered" : `${named(lastSeen)} had it`}; it dies ${stretch(lastSeen, next, on)}${conclusion.caveats.includes("way-back") ? ", or the answer is lost on its way back" : ""}.`;
  }
}

const resetBehind = (next: Place, on: string): string =>
  next.isTarget === true || on === "" ? named(next) : `the next hop, which on the path of ${on} is ${named(next)}`;

function stretch(lastSeen: Place | undefined, next: Place | undefined, on: string): string {
  const from = lastSeen === undefined ? "at the sending machine" : `at ${named(lastSeen)}`;
  if (next === undefined) return `${from} or anywhere behind it`;
  const isNear = next.hops === (lastSeen?.hops ?? 0) + 1;
  if (next.isTarget === true)
    return `${from}${isNear ? "" : ", at a hop behind it that never answers,"} or at ${named(next)}`;
  const where = on === "" ? "" : `, which on the path of ${on} is`;
  if (isNear) return `${from} or at the next hop${where === "" ? "," : where} ${named(next)}`;
  return `${from}, at a hop behind it that never answers, or at ${named(next)}, the next that answers${on === "" ? "" : ` on the path of ${on}`}`;
}

/** What bounds a conclusion, in a sentence each. */
const caveatWords = {
  "no-control": "Nothing else at the target answered, so nothing shows how the path continues.",
  "control-is-icmp": "The path was compared with that of an ICMP echo, which may be routed differently.",
  "mute-hops": "Some hops never answer; a gap says nothing by itself.",
  "rate-limited": "A hop answers some packets only, so its silence was not counted.",
  "several-paths": "Several paths lead there; a flow takes one of them by its addresses and ports.",
  "path-differs": "The two walks met different routers at the same distance.",
  loop: "The same router answered at several distances: packets go in circles.",
  "way-back": "Only the target's side can tell a lost packet from a lost answer: trace from there, or use a responder.",
  "mute-service": "Over UDP the service itself may have been silent.",
  forwarded: "The two walks are of different length: the port may be forwarded to another machine.",
} as const satisfies Record<Caveat, string>;

/** The caveats of a conclusion as sentences. */
export const caveatSentences = ({ caveats, others }: Conclusion): string[] =>
  caveats.map((caveat) =>
    caveat === "several-paths" && others !== undefined
      ? `Several paths lead there: the hop behind is one of ${others.join(", ")}.`
      : caveatWords[caveat],
  );
