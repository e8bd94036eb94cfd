/** Where an agent receiver describes itself to everybody, below its site (Checkmk, cmk-agent-receiver, README). */
export const receiverDescriptionPath = (site: string): string => `/${site}/agent-receiver/openapi.json`;

/** A question that only the receiver of this site answers with anything but 404; it changes nothing and needs no login. */
export const receiverStatusPath = (site: string): string =>
  `/${site}/agent-receiver/registration_status/00000000-0000-4000-8000-000000000000`;

/** Where a site says which port its agent receiver has (Checkmk, cmk-agent-ctl, `agent_receiver_api.rs`). */
export const discoveryPath = (site: string): string =>
  `/${site}/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke`;

/** True if this is the OpenAPI description of an agent receiver; its end may be missing. */
export function isReceiverDescription(body: string): boolean {
  return /"info"\s{0,20}:\s{0,20}\{[^{}]{0,500}?"title"\s{0,20}:\s{0,20}"Checkmk Agent Receiver"/i.test(body);
}

/** True if this is what the receiver of one site says to the paths of another. */
export function isReceiverNotFound(status: number, body: string): boolean {
  return status === 404 && /^\s{0,20}\{\s{0,20}"detail"\s{0,20}:\s{0,20}"Not Found"\s{0,20}\}\s{0,20}$/.test(body);
}

/**
 * The port that a discovery endpoint named. The agent controller takes nothing but a number of 16 bits, blanks
 * included, so neither does this; undefined for everything else.
 */
export function readReceiverPort(body: string): number | undefined {
  const port = /^\d{1,5}$/.test(body) ? Number(body) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
