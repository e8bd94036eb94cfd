import type { Conversation } from "./tcp-services.ts";

/** Accepts, reads and never speaks: notification spooler, syslog, Pacemaker, DRBD. */
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

/** Says everything it has and closes: a legacy agent, or the agent's channel, which accepts and drops. */
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

/** A directory that accepts an anonymous bind (RFC 4511 §4.2) with a one-byte message id and closes on the rest. */
export const answerLdap: Conversation = (socket) => {
  socket.on("data", (message: Buffer) => {
    const isBind = message[0] === 0x30 && message[2] === 0x02 && message[3] === 0x01 && message[5] === 0x60;
    if (!isBind) return void socket.end();
    // SEQUENCE { messageID, BindResponse { success, matchedDN "", diagnosticMessage "" } }
    const id = message[4] ?? 0;
    socket.write(Buffer.from([0x30, 0x0c, 0x02, 0x01, id, 0x61, 0x07, 0x0a, 0x01, 0, 0x04, 0, 0x04, 0]));
  });
};
