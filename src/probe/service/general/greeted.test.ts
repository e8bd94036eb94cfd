import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  ask,
  breaksOff,
  closes,
  endless,
  peer,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askFtp } from "./ftp.ts";
import { askImap } from "./imap.ts";
import { askMysql } from "./mysql.ts";
import { askPop3 } from "./pop3.ts";

const handshake = `\x5b\0\0\0\n5.5.5-10.11.6-MariaDB-0+deb12u1\0\x08\0\0\0RgT1vD\x7fx\0\xfe\xf7\x2d\x02\0\xff\x81\x15${"\0".repeat(10)}abcdefghijkl\0mysql_native_password\0`;
const bytes = (text: string) => Buffer.from(text, "latin1");
const mysql = bytes(`${String.fromCharCode(handshake.length - 4)}${handshake.slice(1)}`);
/** A server of lines: its banner, then the reply to each first word. */
const lines =
  (banner: string, replies: Readonly<Record<string, string>>): Behaviour =>
  (socket) => {
    socket.write(banner);
    socket.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString("latin1").split("\r\n").filter(Boolean)) {
        socket.write(replies[line.split(" ")[0] ?? ""] ?? "530 Please login with USER and PASS.\r\n");
      }
    });
  };
const ftp = (noop?: string) => lines("220 (vsFTPd 3.0.3)\r\n", noop === undefined ? {} : { NOOP: noop });

it.each<[string, typeof askImap, Behaviour, string, string, string]>([
  ["imap", askImap, says("* OK Dovecot ready.\r\n"), "verified", "* OK Dovecot ready.", "a LOGOUT\r\n"],
  ["imap that is full", askImap, says("* BYE too many\r\n"), "refuses", "* BYE too many", "a LOGOUT\r\n"],
  ["imap, but it is pop3", askImap, breaksOff("+OK ready\r\n"), "wrong-service", '"+OK ready"', ""],
  ["pop3", askPop3, says("+OK Dovecot ready.\r\n"), "verified", "+OK Dovecot ready.", "QUIT\r\n"],
  ["pop3 that is busy", askPop3, says("-ERR busy\r\n"), "refuses", "-ERR busy", "QUIT\r\n"],
  ["pop3, but it is imap", askPop3, breaksOff("* OK x\r\n"), "wrong-service", '"* OK x"', ""],
  ["mysql", askMysql, says(mysql), "verified", "5.5.5-10.11.6-MariaDB-0+deb12u1", ""],
  [
    "mysql that shuts us out",
    askMysql,
    says(bytes("\x0d\0\0\0\xffi\x04blocked 12")),
    "refuses",
    "error 1129: blocked 12",
    "",
  ],
  ["mysql, but it is ssh", askMysql, breaksOff("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"', ""],
  [
    "mysql that breaks off",
    askMysql,
    breaksOff(mysql.subarray(0, 20)),
    "wrong-service",
    "bytes 63 00 00 00 0a 35 2e 35 2e 35 2d 31 …",
    "",
  ],
  ["ftp", askFtp, ftp("200 NOOP ok.\r\n"), "verified", "220 (vsFTPd 3.0.3)", "NOOP\r\nQUIT\r\n"],
  ["ftp that wants a login first", askFtp, ftp(), "verified", "220 (vsFTPd 3.0.3)", "NOOP\r\nQUIT\r\n"],
  [
    "ftp, but it is smtp",
    askFtp,
    lines("220 mail ESMTP\r\n", { NOOP: "250 OK\r\n" }),
    "wrong-service",
    "220 mail ESMTP; a mail server's reply to NOOP",
    "NOOP\r\nQUIT\r\n",
  ],
  ["ftp that is full", askFtp, says("421 Too many users\r\n"), "refuses", "421 Too many users", ""],
  ["ftp without a reply", askFtp, says("220 x\r\n"), "other-answer", "220 x; no reply to NOOP", "NOOP\r\nQUIT\r\n"],
  ["an endless line", askPop3, endless(), "wrong-service", `"${"A".repeat(59)}…"`, ""],
  ["a close", askImap, closes, "closed", "closed before IMAP greeting", ""],
  ["silence", askMysql, silent, "unanswered", "no MySQL greeting", ""],
])("%s", async (_name, prober, behaviour, finding, saw, sent) => {
  const far = await peer(behaviour);
  expect(await ask(prober, far, { patienceMs: 500 })).toEqual({ finding, saw });
  expect([far.connections(), far.received()]).toEqual([1, sent]);
});

describe.each([
  ["imap", askImap, 993, "* OK ready\r\n", "* OK ready"],
  ["pop3", askPop3, 995, "+OK ready\r\n", "+OK ready"],
])("%s, where TLS comes first", (_name, prober, port, greeting, saw) => {
  it("is greeted inside of it", async () => {
    const found = await ask(prober, await peer(says(greeting), await webCertificate("x")), { port });
    expect(found).toMatchObject({ finding: "verified", saw, tlsVersion: "TLSv1.3" });
  });
  it("is told where it speaks plain text", async () => {
    expect(await ask(prober, await peer(says(greeting)), { port })).toEqual({ finding: "plaintext", saw });
  });
  it("is another service where that one answers", async () => {
    const found = await ask(prober, await peer(answers("HTTP/1.1 400 Bad Request\r\n\r\n")), { port });
    expect(found.finding).not.toBe("verified");
  });
});
