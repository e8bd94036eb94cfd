import type { TcpServiceName } from "../model/service.ts";

/** Ports at which TLS comes first, whatever is inside (IANA; the last five are usual without being registered for it). */
const tlsPorts = [443, 636, 853, 990, 993, 995, 3269, 5986, 6443, 8443, 9443] as const;

const usual: ReadonlyMap<number, TcpServiceName> = new Map<number, TcpServiceName>([
  [22, "ssh"],
  [25, "smtp"],
  [80, "http"],
  [465, "smtp"],
  [587, "smtp"],
  [8080, "http"],
  ...tlsPorts.map((port) => [port, "tls"] as const),
]);

/**
 * Whose greeting is asked for at a port for which the topology names no service: the one that usually listens there, or
 * else whatever does, which is then asked nothing.
 */
export const usualService = (port: number): TcpServiceName => usual.get(port) ?? "any";
