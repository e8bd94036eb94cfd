import type { TcpServiceName } from "../../src/model/service.ts";
import { answerEventConsole, answerLdap, answerLivestatus, answerSmtp } from "../../src/demo/conversations.ts";
import type { Behaviour } from "../cases/peer-behaviour.ts";
import { answers, says } from "../cases/peer-behaviour.ts";

/** A true answer of a service: how it is given, and the services that it proves. */
export interface Spoken {
  proves: readonly TcpServiceName[];
  /** What is said, where it does not depend on the question; for mutations. */
  text?: string;
  behaviour: Behaviour;
}

const body = "<title>Checkmk</title>";
const page = `HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
const receiver = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\nConnection: close\r\n\r\n8000`;
const saying = (text: string, ...proves: TcpServiceName[]): Spoken => ({ proves, text, behaviour: says(text) });
const answering = (text: string, ...proves: TcpServiceName[]): Spoken => ({ proves, text, behaviour: answers(text) });
/**
 * What a page proves where no site is named: a web server, and a proxy that answers like one. The questions to a site ask
 * for the root page then.
 */
export const web: readonly TcpServiceName[] = ["http", "http-proxy", "receiver-discovery-http", "site-apache"];

/** One of each language that a prober asks for. Whoever gets the wrong one must not believe it. */
export const spoken: readonly Spoken[] = [
  saying("16", "checkmk-agent"),
  saying("<<<check_mk>>>\nVersion: 2.3.0\n", "checkmk-agent"),
  saying("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "ssh"),
  saying("220 mail.example.com ESMTP\r\n"),
  saying("* OK [CAPABILITY IMAP4rev1] ready\r\n", "imap"),
  saying("+OK POP3 ready\r\n", "pop3"),
  saying("AMQP\0\0\x09\x01"),
  saying("\x15\x03\x03\x00\x02\x02\x28", "pacemaker-remote"),
  answering(page, ...web),
  answering(receiver, ...web, "otlp-http"),
  answering("\0\0\x11\x11name rabbit-main at port 25672\n", "epmd"),
  answering(`200          35\n[["2.3.0", 1700000000, "2.3.0"]]\n  `, "livestatus"),
  answering(`[["status_messages", "status_events"], [0, 0]]\n`, "event-console"),
  { proves: ["smtp"], behaviour: answerSmtp },
  { proves: ["ldap", "ldaps"], behaviour: answerLdap },
  { proves: ["livestatus"], behaviour: answerLivestatus },
  { proves: ["event-console"], behaviour: answerEventConsole },
];
