import type { Arrival, PlaceState, ResponderPlace } from "../../model/run/responder.ts";
import { plainText } from "../../model/text/printable.ts";

/** What a port's state is called, with who has it. */
const words: Readonly<Record<PlaceState, (place: ResponderPlace) => string>> = {
  held: ({ holders, boundTo }) =>
    boundTo === undefined ? "held" : `held; ${who(holders)} has it at ${boundTo.join(", ")} only`,
  "in-use": ({ holders, boundTo }) =>
    `in use by ${who(holders)}${boundTo === undefined ? "" : ` (${boundTo.join(", ")})`}, left alone`,
  "not-here": () => "not an address of this machine",
  "not-allowed": () => "not allowed: ports below 1024 need root",
  failed: ({ errno }) => (errno === "ENOTFOUND" ? "its name does not resolve here" : `not held: ${errno}`),
  released: () => "given back",
};

const who = (holders: readonly string[] | undefined): string => holders?.join(", ") ?? "another program";

/** The table of ports, aligned; the flows that need each behind it. */
export function placesTable(places: readonly ResponderPlace[], flowsOf: (place: ResponderPlace) => string): string {
  const rows = places
    .toSorted((a, b) => a.port - b.port || (a.protocol + a.address < b.protocol + b.address ? -1 : 1))
    .map((place) => [`${place.port}/${place.protocol}`, place.address, words[place.state](place), flowsOf(place)]);
  const all = [["port", "address", "state", "for"], ...rows].map((row) => row.map(plainText));
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) => row.map((cell, at) => (at === 3 ? cell : cell.padEnd(widths[at] ?? 0))).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** One arrival in a line. */
export function arrivalLine(arrival: Arrival, flows: readonly string[]): string {
  const { at, protocol, address, port, from, fromPort, ttl, state, askedAddress, askedPort } = arrival;
  const sender = from.includes(":") ? `[${from}]:${fromPort}` : `${from}:${fromPort}`;
  const asked =
    askedAddress === undefined && askedPort === undefined
      ? ""
      : `, sent to ${askedAddress ?? address} port ${askedPort ?? port}`;
  const what = state === undefined ? "answered" : `seen by the kernel (${state})`;
  const left = ttl === undefined ? "" : `, time to live ${ttl}`;
  const rest = flows.length === 0 ? "" : `: ${flows.slice(0, 3).join(", ")}${flows.length > 3 ? ", …" : ""}`;
  return plainText(
    `${at.slice(11, 19)} UTC ${port}/${protocol} at ${address} from ${sender} ${what}${asked}${left}${rest}`,
  ).concat("\n");
}
