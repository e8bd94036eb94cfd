import type { NotHeld, ResponderFact } from "../../model/run/run.ts";
import { listed } from "./wording.ts";

/** What a run says of a responder that was absent, was lost or did not hold every port; nothing where all was well. */
export function noteResponder({ node, held, inUse, notHeld = [], failure }: ResponderFact): string[] {
  if (failure !== undefined && held + inUse === 0)
    return [`There was no responder on ${node}: ${failure}. Its ports were asked as usual.`];
  const lost =
    failure === undefined
      ? []
      : [`The responder on ${node} was lost: ${failure}. What it did not tell of may have arrived.`];
  return [...notHeld.map((one) => noteNotHeld(node, one)), ...lost];
}

const mostPorts = 5;

const noteNotHeld = (node: string, one: NotHeld): string =>
  `The responder on ${node} did not hold ${listed(one.ports, mostPorts)}: ${why(one)}. Asked as usual.`;

function why({ why: cause, address, errno }: NotHeld): string {
  switch (cause) {
    case "name-unknown":
      return `the name ${address} does not resolve there`;
    case "address-not-there":
      return `${address} is not an address of that machine`;
    case "not-allowed":
      return "that user may not; ports below 1024 need root";
    case "failed":
      return errno ?? "it failed";
  }
}
