import type { LabAddresses } from "./addresses.ts";
import { siteCertificate, webCertificate } from "./certificates.ts";
import { answerEventConsole, answerHttp, answerLivestatus, listenOnly } from "./conversations.ts";
import type { Keep } from "./service.ts";
import { openSilentPort } from "./silent-port.ts";
import { serveTcp, type Conversation } from "./tcp-services.ts";
import type { LabPorts } from "./topology.ts";
import { neverAnswer, serveUdp } from "./udp-services.ts";

const notFound = { status: "404 Not Found", body: '{"detail":"Not Found"}' };

/** The agent receiver of a site: it knows its own site's paths and no others (docs/notes/listening.md). */
const receiverOf = (site: string): Conversation =>
  answerHttp((path) =>
    path === `/${site}/agent-receiver/openapi.json`
      ? { status: "200 OK", body: '{"openapi":"3.1.0","info":{"title":"Checkmk Agent Receiver"}}' }
      : notFound,
  );

/** The web server before the sites: a login page for each, and where each site's agent receiver listens. */
const webOf = (receivers: Readonly<Record<string, number>>): Conversation =>
  answerHttp((path) => {
    const site = /^\/([^/]+)\/check_mk\//.exec(path)?.[1] ?? "";
    const receiver = Object.hasOwn(receivers, site) ? receivers[site] : undefined;
    if (receiver === undefined) return notFound;
    if (path.endsWith("/actions/discover-receiver/invoke")) return { status: "200 OK", body: String(receiver) };
    return path.endsWith("/login.py") ? { status: "200 OK", body: "<title>Checkmk</title>" } : notFound;
  });

/** Opens the central server with its sites main and lab. The agent receiver of lab answers nothing: fault 4. */
export async function openCentral({ cmk, loopback }: LabAddresses, keep: Keep): Promise<LabPorts["cmk"]> {
  const [siteChain, webChain] = await Promise.all([siteCertificate("main"), webCertificate("cmk")]);
  const receiverMain = await keep(serveTcp([cmk], 28_000, receiverOf("main"), siteChain));
  const receiverLab = await keep(openSilentPort(cmk, 28_001));
  const web = webOf({ main: receiverMain, lab: receiverLab });
  return {
    receiverMain,
    receiverLab,
    apache: await keep(serveTcp(loopback, 25_000, web)),
    apacheLab: await keep(serveTcp(loopback, 25_001, web)),
    http: await keep(serveTcp([cmk], 20_080, web)),
    https: await keep(serveTcp([cmk], 20_443, web, webChain)),
    livestatus: await keep(serveTcp([cmk], 26_557, answerLivestatus, siteChain)),
    eventConsole: await keep(serveTcp([cmk, ...loopback], 26_558, answerEventConsole)),
    syslogTcp: await keep(serveTcp([cmk], 20_514, listenOnly)),
    trap: await keep(serveUdp([cmk], 20_162, neverAnswer)),
  };
}

/** Opens the server of the remote site muc. Fault 5: on the port of its agent receiver another site answers. */
export async function openRemote({ muc, loopback }: LabAddresses, keep: Keep): Promise<LabPorts["muc"]> {
  const [siteChain, otherChain, webChain] = await Promise.all([
    siteCertificate("muc"),
    siteCertificate("muc_test"),
    webCertificate("muc"),
  ]);
  const receiver = await keep(serveTcp([muc], 28_000, receiverOf("muc_test"), otherChain));
  const web = webOf({ muc: receiver });
  return {
    receiver,
    apache: await keep(serveTcp(loopback, 25_002, web)),
    http: await keep(serveTcp([muc], 20_080, web)),
    https: await keep(serveTcp([muc], 20_443, web, webChain)),
    livestatus: await keep(serveTcp([muc], 26_557, answerLivestatus, siteChain)),
    eventConsole: await keep(serveTcp([muc, ...loopback], 26_568, answerEventConsole)),
    spooler: await keep(serveTcp([muc], 26_555, listenOnly, siteChain)),
    syslogUdp: await keep(serveUdp([muc], 20_514, neverAnswer)),
  };
}
