import { SaxesParser } from "saxes";
import { InputError } from "../../model/text/problem.ts";
import type { Notice } from "../draft/draft.ts";
import type { ListedHost } from "./list-draft.ts";

/** A host while it is read. */
interface Scanned {
  isUp: boolean;
  addresses: string[];
  names: string[];
  hasSnmp: boolean;
  agentPort: string | undefined;
}

const pieceLength = 65_536;

/**
 * The hosts of an XML file of nmap (`-oX`) that were up, with their IP addresses; the first name is theirs. Ports tell only
 * what answered the scanner, which is no requirement. Anything but XML of nmap throws an `InputError` with its place.
 */
export function readScan(text: string, file: string): { hosts: ListedHost[]; notices: Notice[] } {
  const scanned: Scanned[] = [];
  let host: Scanned | undefined;
  let port = { id: "", protocol: "" };
  let root: string | undefined;
  const parser = new SaxesParser({ position: true });
  const refuse = (message: string): never => {
    throw new InputError([{ file, line: parser.line, column: parser.column + 1, message }]);
  };
  parser.on("error", (error) => refuse(`this is no XML: ${error.message.replace(/^\d+:\d+: /, "")}`));
  parser.on("opentag", ({ name, attributes }) => {
    const has = attributes as Readonly<Record<string, string>>;
    if (root === undefined && name !== "nmaprun") refuse(`this is not the XML of nmap (-oX): it begins with <${name}>`);
    root ??= name;
    if (name === "host") host = { isUp: false, addresses: [], names: [], hasSnmp: false, agentPort: undefined };
    if (host === undefined) return;
    if (name === "status") host.isUp = has["state"] === "up";
    else if (name === "address" && has["addrtype"] !== "mac") host.addresses.push(has["addr"] ?? "");
    else if (name === "hostname" && has["name"] !== undefined) host.names.push(has["name"]);
    else if (name === "port") port = { id: has["portid"] ?? "", protocol: has["protocol"] ?? "" };
    else if (name === "state" && has["state"] === "open") {
      if (port.id === "161" && port.protocol === "udp") host.hasSnmp = true;
    } else if (name === "state" && port.id === "6556" && port.protocol === "tcp") host.agentPort = has["state"];
  });
  parser.on("closetag", ({ name }) => {
    if (name !== "host" || host === undefined) return;
    if (host.isUp && host.addresses.length > 0) scanned.push(host);
    host = undefined;
  });
  for (let at = 0; at < text.length; at += pieceLength) parser.write(text.slice(at, at + pieceLength));
  parser.close();
  if (root === undefined) refuse("the file is empty");
  return { hosts: scanned.map(listed), notices: noticesOf(scanned) };
}

/** A host without a name gets one with its address. */
const nameOf = ({ names, addresses }: Scanned): string =>
  names[0] ?? `host-${(addresses[0] ?? "").replaceAll(/[.:]/g, "-")}`;

const listed = (host: Scanned): ListedHost => ({ name: nameOf(host), addresses: host.addresses });

function noticesOf(scanned: readonly Scanned[]): Notice[] {
  return [
    {
      about: "",
      text: "a scan shows which hosts are up, not how they are monitored: a pull agent is assumed on each",
    },
    ...scanned.flatMap((host): Notice[] => [
      ...(host.hasSnmp
        ? [{ about: nameOf(host), text: "SNMP answered the scan; write snmp: if it is to be asked" }]
        : []),
      ...(host.agentPort === "closed"
        ? [{ about: nameOf(host), text: "port 6556 was closed when it was scanned" }]
        : []),
    ]),
  ];
}
