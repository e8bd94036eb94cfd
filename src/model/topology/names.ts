import { z } from "zod";

/** Functions of a Checkmk node that the document calls "can be optionally enabled"; a topology lists those it uses. */
export const featureSchema = z.enum([
  "agent-bakery",
  "dynamic-host-configuration",
  "event-console-status",
  "livestatus",
  "message-broker",
  "notification-spooler",
  "opentelemetry",
  "real-time-checks",
  "snmp-traps",
  "syslog-tcp",
  "syslog-udp",
]);
export type Feature = z.infer<typeof featureSchema>;

/** Keys under `ports:` that override a standard port, by the place in the topology where they may stand. */
export const portNames = {
  site: [
    "agent_receiver",
    "apache",
    "livestatus",
    "message_broker",
    "otlp_grpc",
    "otlp_http",
    "otel_self_monitoring",
    "rabbitmq_management",
    "rabbitmq_distribution",
  ],
  server: [
    "http",
    "https",
    "snmp_trap",
    "syslog_udp",
    "syslog_tcp",
    "real_time_checks",
    "notification_spooler",
    "event_console_status",
    "epmd",
  ],
  host: ["agent", "snmp", "agent_channel"],
  cluster: ["pacemaker", "corosync_ring0", "corosync_ring1", "drbd"],
} as const;
export type PortScope = keyof typeof portNames;

/**
 * The two ends of a requirement, as the catalog names them. `site-server` is the Checkmk server (central or remote)
 * whose site monitors the host in question; `checkmk-server` is every one of them; `central` and `remote-site` are
 * the two ends of distributed monitoring. From a role to itself means the node's own loopback, except `cluster-node`,
 * which means each node to each other node of its cluster.
 */
export const roleSchema = z.enum([
  "site-server",
  "host",
  "central",
  "remote-site",
  "checkmk-server",
  "cluster-node",
  "relay",
  "dns-server",
  "ntp-server",
  "mail-server",
  "directory-server",
  "license-server",
  "container-registry",
]);
export type Role = z.infer<typeof roleSchema>;
