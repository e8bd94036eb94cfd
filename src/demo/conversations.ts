import type { Conversation } from "./tcp-services.ts";

/** Accepts, reads and never speaks: syslog, DRBD, and the notification spooler to everybody but its peers. */
export const listenOnly: Conversation = (socket) => {
  socket.resume();
};

/** Says its line at once and waits for the caller, as the agent controller does with `16` before TLS. */
export const speakFirst =
  (greeting: string): Conversation =>
  (socket) => {
    socket.resume();
    socket.write(greeting);
  };

/** Says everything it has and closes: a legacy agent; with nothing to say, one that accepts strangers and hangs up. */
export const speakAndClose =
  (text: string): Conversation =>
  (socket) => {
    socket.resume();
    socket.end(text);
  };

/** Answers one text request that ends with an empty line or the end of the stream, then closes. */
const answerText =
  (answer: (request: string) => string): Conversation =>
  (socket) => {
    let request = "";
    let isAnswered = false;
    const reply = (): void => {
      if (isAnswered) return;
      isAnswered = true;
      socket.end(answer(request));
    };
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      request = (request + text).slice(0, 8192);
      if (/\r?\n\r?\n/.test(request)) reply();
    });
    socket.once("end", reply);
  };

/** Answers one HTTP/1.1 request by its path. */
export const answerHttp = (page: (path: string) => { status: string; body: string }): Conversation =>
  answerText((request) => {
    const path = /^[A-Z]+ (\S+) HTTP\/1\.[01]\r?\n/.exec(request)?.[1];
    const { status, body } = path === undefined ? { status: "400 Bad Request", body: "" } : page(path);
    const headers = [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, "Connection: close"];
    return `${headers.join("\r\n")}\r\n\r\n${body}`;
  });

/** The Event Console's answer to `GET status`; anything else is closed without an answer (cmk/ec/main.py). */
export const answerEventConsole: Conversation = answerText((request) =>
  request.startsWith("GET status") ? '[["status_messages", "status_events"], [0, 0]]\n' : "",
);

/** Livestatus: 16 bytes of header (code, length), then JSON. Only `GET status` is known. */
export const answerLivestatus: Conversation = answerText((request) => {
  const isKnown = request.startsWith("GET status");
  const body = isKnown ? '[["2.3.0", 1700000000, "2.3.0"]]\n' : "Invalid GET request, no such table\n";
  return `${isKnown ? 200 : 404} ${String(Buffer.byteLength(body)).padStart(11)}\n${body}`;
});

/** A mail server that greets, answers EHLO and QUIT, and takes no mail (RFC 5321 §4.1.1). */
export const answerSmtp: Conversation = (socket) => {
  socket.setEncoding("utf8");
  socket.write("220 mail.demo.invalid ESMTP\r\n");
  socket.on("data", (line: string) => {
    if (/^QUIT/i.test(line)) socket.end("221 2.0.0 Bye\r\n");
    else if (/^(EHLO|HELO)/i.test(line)) socket.write("250-mail.demo.invalid\r\n250 STARTTLS\r\n");
    else socket.write("502 5.5.1 This server is a demo\r\n");
  });
};

/** One element of BER (X.690 §8.1), shorter than 128 bytes. */
const ber = (tag: number, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
const octets = (text: string): Buffer => ber(0x04, Buffer.from(text));
const attribute = (name: string, value: string): Buffer => ber(0x30, octets(name), ber(0x31, octets(value)));

/** The root entry (RFC 4512 §5.1) as the answer to a search (RFC 4511 §4.5.2). */
const rootEntry = ber(
  0x64,
  octets(""),
  ber(0x30, attribute("supportedLDAPVersion", "3"), attribute("namingContexts", "dc=demo,dc=invalid")),
);
/** Success, without a name and without words (RFC 4511 §4.1.9). */
const success = Buffer.from([0x0a, 1, 0, 4, 0, 4, 0]);

/**
 * A directory that accepts an anonymous bind (RFC 4511 §4.2) and shows its root entry, to messages with an id of one
 * byte. It closes on everything else.
 */
export const answerLdap: Conversation = (socket) => {
  socket.on("data", (message: Buffer) => {
    const reply = (operation: Buffer): Buffer => ber(0x30, Buffer.from([2, 1, message[4] ?? 0]), operation);
    const isMessage = message[0] === 0x30 && message[2] === 0x02 && message[3] === 0x01;
    if (isMessage && message[5] === 0x60) socket.write(reply(ber(0x61, success)));
    else if (isMessage && message[5] === 0x63) {
      socket.write(Buffer.concat([reply(rootEntry), reply(ber(0x65, success))]));
    } else socket.end();
  });
};

/** TLS with a key that both sides share, as Pacemaker has it: a greeting without that key is refused with an alert. */
export const refuseStrangers: Conversation = (socket) => {
  const handshakeFailure = Buffer.from([21, 3, 3, 0, 2, 2, 40]); // RFC 5246 §7.2
  socket.once("data", () => void socket.end(handshakeFailure));
};
