import { serviceRecord, type TcpServiceName } from "../model/service.ts";

/** Services that are greeted unasked, where no other one is; web servers at their usual ports without TLS only. */
const greeted = ["ssh", "smtp", "tls"] as const satisfies readonly TcpServiceName[];
const webPorts = new Set([80, 8080]);

/**
 * Whose greeting is asked for at a port for which the topology names no service: the one that usually listens there, or
 * else whatever does, which is then asked nothing.
 */
export function usualService(port: number): TcpServiceName {
  if (webPorts.has(port)) return "http";
  return greeted.find((name) => serviceRecord(name).ports.includes(port)) ?? "any";
}
