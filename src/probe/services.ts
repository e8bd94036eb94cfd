import type { TcpServiceName } from "../model/service.ts";
import { askAgentReceiver } from "./service/agent-receiver.ts";
import { askCheckmkAgent } from "./service/checkmk-agent.ts";
import { askHttp, askHttps } from "./service/http.ts";
import { askOtlpGrpc } from "./service/otlp-grpc.ts";
import { askOtlpHttp } from "./service/otlp-http.ts";
import { askPublicHttps } from "./service/public-https.ts";
import { askRabbitmqManagement } from "./service/rabbitmq-management.ts";
import { askReceiverDiscoveryHttp, askReceiverDiscoveryHttps } from "./service/receiver-discovery.ts";
import { askSiteApache } from "./service/site-apache.ts";
import { askWindowsAgentChannel } from "./service/windows-agent-channel.ts";
import { askDns } from "./service/dns.ts";
import { askDrbd } from "./service/drbd.ts";
import { askEpmd } from "./service/epmd.ts";
import { askEventConsole } from "./service/event-console.ts";
import { askLdap, askLdaps } from "./service/ldap.ts";
import { askLivestatus } from "./service/livestatus.ts";
import { askMessageBroker } from "./service/message-broker.ts";
import { askNotificationSpooler } from "./service/notification-spooler.ts";
import { askPacemakerRemote } from "./service/pacemaker-remote.ts";
import type { ServiceProber } from "./service/service-prober.ts";
import { askSmtp } from "./service/smtp.ts";
import { askSyslog } from "./service/syslog.ts";

/** How one service is asked, and for how long at least, because it answers slowly by nature. */
export interface Service {
  ask: ServiceProber;
  leastPatienceMs?: number;
}

/** Every service that can be asked for its own answer. */
export const services: Readonly<Record<TcpServiceName, Service>> = {
  "checkmk-agent": { ask: askCheckmkAgent, leastPatienceMs: 5_000 }, // in plain text it collects before it speaks
  "agent-receiver": { ask: askAgentReceiver },
  "receiver-discovery-http": { ask: askReceiverDiscoveryHttp },
  "receiver-discovery-https": { ask: askReceiverDiscoveryHttps },
  http: { ask: askHttp },
  https: { ask: askHttps },
  "public-https": { ask: askPublicHttps },
  "site-apache": { ask: askSiteApache },
  "rabbitmq-management": { ask: askRabbitmqManagement },
  "otlp-grpc": { ask: askOtlpGrpc },
  "otlp-http": { ask: askOtlpHttp },
  "windows-agent-channel": { ask: askWindowsAgentChannel },
  livestatus: { ask: askLivestatus },
  "event-console": { ask: askEventConsole, leastPatienceMs: 5_000 }, // one client after the other, 3 s for each
  "notification-spooler": { ask: askNotificationSpooler },
  "message-broker": { ask: askMessageBroker },
  epmd: { ask: askEpmd },
  syslog: { ask: askSyslog },
  smtp: { ask: askSmtp, leastPatienceMs: 10_000 }, // servers let strangers wait for the banner
  dns: { ask: askDns },
  ldap: { ask: askLdap },
  ldaps: { ask: askLdaps },
  "pacemaker-remote": { ask: askPacemakerRemote },
  drbd: { ask: askDrbd },
};
