/** What is used of asn1-ber, which has no types of its own. Both ends throw for what they cannot read or write. */
declare module "asn1-ber" {
  export class BerReader {
    constructor(bytes: Buffer);
    /** Length of the element whose tag and length were read last. */
    readonly length: number;
    /** Where reading goes on. */
    readonly offset: number;
    /** How many bytes are left. */
    readonly remain: number;
    peek(): number | null;
    /** Steps into an element and gives its tag; null if its tag and length are not all there. */
    readSequence(tag?: number): number | null;
    readInt(tag?: number): number | null;
    readEnumeration(tag?: number): number | null;
    readString(tag: number, asBuffer: true): Buffer | null;
  }
  export class BerWriter {
    readonly buffer: Buffer;
    startSequence(tag?: number): void;
    endSequence(): void;
    writeInt(value: number, tag?: number): void;
    writeEnumeration(value: number): void;
    writeBoolean(value: boolean): void;
    writeString(value: string, tag?: number): void;
    writeStringArray(values: string[]): void;
  }
}
