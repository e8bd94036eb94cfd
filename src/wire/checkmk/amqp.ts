/** The protocol header of AMQP 0-9-1 (§4.2.2), with which every client begins; the broker then introduces itself. */
export const amqpGreeting = Uint8Array.from([..."AMQP"].map((letter) => letter.charCodeAt(0)).concat(0, 0, 9, 1));

/**
 * True for the beginning of what a broker says: the header of the version that it wants instead, or the frame of
 * `connection.start` (AMQP 0-9-1 §2.3.5, §1.4.2: type 1, channel 0, four bytes of length, class 10, method 10).
 */
export function isAmqp(bytes: Uint8Array): boolean {
  const begins = (wanted: readonly number[], at: number) => wanted.every((byte, index) => bytes[at + index] === byte);
  return begins([0x41, 0x4d, 0x51, 0x50, 0], 0) || (begins([1, 0, 0], 0) && begins([0, 10, 0, 10], 7));
}
