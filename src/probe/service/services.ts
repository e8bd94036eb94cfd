import type { TcpServiceName } from "../../model/service.ts";
import { askAgentReceiver } from "./checkmk/agent-receiver.ts";
import { askCheckmkAgent } from "./checkmk/agent.ts";
import { askHttp, askHttps } from "./general/http.ts";
import { askOtlpGrpc } from "./checkmk/otlp-grpc.ts";
import { askOtlpHttp } from "./checkmk/otlp-http.ts";
import { askPublicHttps } from "./general/public-https.ts";
import { askRabbitmqManagement } from "./checkmk/rabbitmq-management.ts";
import { askReceiverDiscoveryHttp, askReceiverDiscoveryHttps } from "./checkmk/receiver-discovery.ts";
import { askSiteApache } from "./checkmk/site-apache.ts";
import { askWindowsAgentChannel } from "./checkmk/windows-agent-channel.ts";
import { askDns } from "./general/dns.ts";
import { askDrbd } from "./general/drbd.ts";
import { askEpmd } from "./checkmk/epmd.ts";
import { askEventConsole } from "./checkmk/event-console.ts";
import { askHttpProxy } from "./general/http-proxy.ts";
import { askAny } from "./general/any.ts";
import { askSsh } from "./general/ssh.ts";
import { askTls } from "./general/tls.ts";
import { askLdap, askLdaps } from "./general/ldap.ts";
import { askLivestatus } from "./checkmk/livestatus.ts";
import { askMessageBroker } from "./checkmk/message-broker.ts";
import { askNotificationSpooler } from "./checkmk/notification-spooler.ts";
import { askPacemakerRemote } from "./general/pacemaker-remote.ts";
import type { ServiceProber } from "./conversation/service-prober.ts";
import { askFtp } from "./general/ftp.ts";
import { askImap } from "./general/imap.ts";
import { askMysql } from "./general/mysql.ts";
import { askPop3 } from "./general/pop3.ts";
import { askPostgresql } from "./general/postgresql.ts";
import { askSmtp } from "./general/smtp.ts";
import { askSyslog } from "./general/syslog.ts";

/** How one service is asked, and for how long at least, because it answers slowly by nature. */
export interface Service {
  ask: ServiceProber;
  leastPatienceMs?: number;
  /** An answer that was waited for longer is a slow one; default 5 s. */
  slowAfterMs?: number;
}

/** Every service that can be asked for its own answer. */
export const services: Readonly<Record<TcpServiceName, Service>> = {
  "checkmk-agent": { ask: askCheckmkAgent, leastPatienceMs: 10_000 }, // in plain text it collects before it speaks
  "agent-receiver": { ask: askAgentReceiver },
  "receiver-discovery-http": { ask: askReceiverDiscoveryHttp, leastPatienceMs: 10_000 }, // the first question to a site
  "receiver-discovery-https": { ask: askReceiverDiscoveryHttps, leastPatienceMs: 10_000 }, // starts its REST API
  http: { ask: askHttp },
  https: { ask: askHttps },
  "public-https": { ask: askPublicHttps },
  "site-apache": { ask: askSiteApache, leastPatienceMs: 10_000 }, // the same
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
  smtp: { ask: askSmtp, leastPatienceMs: 20_000, slowAfterMs: 30_000 }, // servers let strangers wait on purpose
  dns: { ask: askDns },
  ldap: { ask: askLdap },
  ldaps: { ask: askLdaps },
  "pacemaker-remote": { ask: askPacemakerRemote },
  drbd: { ask: askDrbd },
  ssh: { ask: askSsh, leastPatienceMs: 10_000 }, // it looks up our name before it speaks
  tls: { ask: askTls },
  postgresql: { ask: askPostgresql },
  mysql: { ask: askMysql, leastPatienceMs: 10_000 }, // it looks up our name before it speaks
  ftp: { ask: askFtp, leastPatienceMs: 10_000 }, // the same
  imap: { ask: askImap, leastPatienceMs: 10_000 },
  pop3: { ask: askPop3, leastPatienceMs: 10_000 },
  "http-proxy": { ask: askHttpProxy, leastPatienceMs: 10_000 }, // it answers when it has reached the other server
  any: { ask: askAny },
};
