import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWindowsPing } from "./windows-ping.ts";

const statistics =
  "\r\nPing statistics for 10.1.0.22:\r\n    Packets: Sent = 1, Received = 0, Lost = 1 (100% loss),\r\n";
const head = "\r\nPinging 10.1.0.22 with 32 bytes of data:\r\n";
const german = "\r\nPing wird ausgeführt für 10.1.0.22 mit 32 Bytes Daten:\r\n";

/** What Windows 7 to 11 print; docs/notes/other-systems.md says what was recorded and what was written from memory. */
describe("readWindowsPing", () => {
  it.each<[string, number | null, string, object]>([
    ["English", 0, `${head}Reply from 10.1.0.22: bytes=32 time=12ms TTL=57\r\n`, { rttMs: 12, ttl: 57 }],
    ["less than a millisecond", 0, "Reply from 10.1.0.22: bytes=32 time<1ms TTL=128\r\n", { rttMs: 1, ttl: 128 }],
    ["German", 0, `${german}Antwort von 10.1.0.22: Bytes=32 Zeit=31ms TTL=64\r\n`, { rttMs: 31, ttl: 64 }],
    ["French", 0, "Réponse de 10.1.0.22 : octets=32 temps=7 ms TTL=57\r\n", { rttMs: 7, ttl: 57 }],
    ["Spanish", 0, "Respuesta desde 10.1.0.22: bytes=32 tiempo<1m TTL=128\r\n", { rttMs: 1, ttl: 128 }],
    ["Italian", 0, "Risposta da 10.1.0.22: byte=32 durata=14ms TTL=55\r\n", { rttMs: 14, ttl: 55 }],
    ["Portuguese", 0, "Resposta de 10.1.0.22: bytes=32 tempo=3ms TTL=60\r\n", { rttMs: 3, ttl: 60 }],
    ["Russian", 0, "Ответ от 10.1.0.22: число байт=32 время=35мс TTL=115\r\n", { rttMs: 35, ttl: 115 }],
    ["Chinese", 0, "来自 10.1.0.22 的回复: 字节=32 时间=6ms TTL=54\r\n", { rttMs: 6, ttl: 54 }],
    ["Japanese", 0, "10.1.0.22 からの応答: バイト数 =32 時間 <1ms TTL=64\r\n", { rttMs: 1, ttl: 64 }],
    ["in a code page that is not UTF-8", 0, "R\uFFFDponse de 10.1.0.22 : octets=32 temps=7 ms TTL=57\r\n", { ttl: 57 }],
  ])("%s: a reply", (_name, exitCode, output, expected) => {
    expect(readWindowsPing(output, exitCode)).toMatchObject({ kind: "open", replyFrom: "10.1.0.22", ...expected });
  });

  it.each([
    ["Reply from ::1: time<1ms\r\n", "::1", 1],
    ["Antwort von ::1: Zeit<1ms\r\n", "::1", 1],
    ["Réponse de ::1: temps=12 ms\r\n", "::1", 12],
    ["Reply from fe80::1%12: time=2ms \r\n", "fe80::1%12", 2],
  ])("over IPv6, without TTL: %s", (output, replyFrom, rttMs) => {
    expect(readWindowsPing(output, 0)).toEqual({ kind: "open", rttMs, replyFrom });
  });

  it.each([
    ["English", `${head}Reply from 10.1.0.210: Destination host unreachable.\r\n`, "Destination host unreachable."],
    ["German", `${german}Antwort von 10.1.0.210: Zielhost nicht erreichbar.\r\n`, "Zielhost nicht erreichbar."],
    ["the hops ran out", `${head}Reply from 10.1.0.210: TTL expired in transit.\r\n`, "TTL expired in transit."],
    ["unreadable", "R\uFFFDponse de 10.1.0.210 : R\uFFFDseau inaccessible\r\n", "an error, in another language"],
  ])("%s: exit code 0 and yet no reply", (_name, output, words) => {
    expect(readWindowsPing(output, 0)).toEqual({ kind: "unreachable", reporter: "10.1.0.210", words });
  });

  it.each([
    ["English", `${head}Request timed out.\r\n${statistics}`],
    [
      "German",
      `${german}Zeitüberschreitung der Anforderung.\r\n\r\nPing-Statistik für 10.1.0.22:\r\n    Pakete: Gesendet = 1, Empfangen = 0, Verloren = 1\r\n    (100% Verlust),\r\n`,
    ],
    [
      "French",
      "Envoi d’une requête 'Ping'  10.1.0.22 avec 32 octets de données :\r\nDélai d’attente de la demande dépassé.\r\n\r\nStatistiques Ping pour 10.1.0.22:\r\n    Paquets : envoyés = 1, reçus = 0, perdus = 1 (perte 100%),\r\n".replace(
        "(perte 100%)",
        "(100% perte)",
      ),
    ],
  ])("%s: silence", (_name, output) => {
    expect(readWindowsPing(output, 1)).toEqual({ kind: "silent" });
  });

  it.each([
    ["General failure.", `${head}General failure.\r\n${statistics}`],
    ["PING: transmit failed. General failure.", `${head}PING: transmit failed. General failure.\r\n${statistics}`],
    [
      "PING: Fehler bei der Übertragung. Allgemeiner Fehler.",
      `${german}PING: Fehler bei der Übertragung. Allgemeiner Fehler.\r\n${statistics}`,
    ],
  ])("nothing was sent: %s", (words, output) => {
    expect(readWindowsPing(output, 1)).toEqual({ kind: "unsent", cause: "no-route", words });
  });

  it("as somebody recorded it on Windows 7: a reply, and silence", () => {
    const reply =
      "\r\nPinging google.com [216.58.196.238] with 32 bytes of data:\r\nReply from 216.58.196.238: bytes=32 time=87ms TTL=51\r\n\r\n" +
      "Ping statistics for 216.58.196.238:\r\n    Packets: Sent = 10, Received = 10, Lost = 0 (0% loss),\r\n" +
      "Approximate round trip times in milli-seconds:\r\n    Minimum = 56ms, Maximum = 194ms, Average = 107ms\r\n";
    expect(readWindowsPing(reply, 0)).toEqual({ kind: "open", rttMs: 87, ttl: 51, replyFrom: "216.58.196.238" });
    const silence =
      `\r\nPinging 192.168.207.100 with 32 bytes of data:\r\n${"Request timed out.\r\n".repeat(4)}\r\n` +
      "Ping statistics for 192.168.207.100:\r\n    Packets: Sent = 4, Received = 0, Lost = 4 (100% loss),\r\n";
    expect(readWindowsPing(silence, 1)).toEqual({ kind: "silent" });
  });

  it("is never silent or a reply without what proves it", () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer({ min: 0, max: 255 })), (output, exitCode) => {
        fc.pre(!/TTL=|[=<]\s*\d|\(100/.test(output));
        expect(["unsent", "unreachable"]).toContain(readWindowsPing(output, exitCode).kind);
      }),
    );
  });

  it("reads any text in time that grows with its length", () => {
    expect(readWindowsPing(`1.1.1.1:${" =".repeat(100_000)}\n`.repeat(2), 0).kind).toBe("unsent");
  });
});
