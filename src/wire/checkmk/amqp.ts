const amqpLetters = [..."AMQP"].map((letter) => letter.charCodeAt(0));

/** The protocol header of AMQP 0-9-1 (§4.2.2), with which every client begins; the broker then introduces itself. */
export const amqpGreeting = Uint8Array.from([...amqpLetters, 0, 0, 9, 1]);

/** What follows `AMQP` in the headers of its versions: 0-9-1; 1.0 bare, with TLS and with SASL (AMQP 1.0 §2.2, §5). */
const versions = [
  [0, 0, 9, 1],
  [0, 1, 0, 0],
  [2, 1, 0, 0],
  [3, 1, 0, 0],
] as const;

/**
 * True for the beginning of what a broker says: the header of the version that it wants instead, or the frame of
 * `connection.start` (AMQP 0-9-1 §2.3.5, §1.4.2: type 1, channel 0, four bytes of length, class 10, method 10).
 */
export function isAmqp(bytes: Uint8Array): boolean {
  const begins = (wanted: readonly number[], at: number) => wanted.every((byte, index) => bytes[at + index] === byte);
  const isHeader = begins(amqpLetters, 0) && versions.some((version) => begins(version, amqpLetters.length));
  return isHeader || (begins([1, 0, 0], 0) && begins([0, 10, 0, 10], 7));
}
