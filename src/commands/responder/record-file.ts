import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { InputError } from "../../model/text/problem.ts";
import type { ArrivalsFile } from "../../model/run/responder.ts";

/** How often a record of arrivals is written while something new comes, in milliseconds. */
const everyMs = 1_000;

/** A record that is kept up to date while a responder listens. */
export interface RecordFile {
  /** Something changed; it is written within a second. */
  note(): void;
  /** Writes it for the last time. */
  close(): Promise<void>;
}

/**
 * Opens the record at once, so that it can be written after privileges are given up. `read` gives what it says now. A
 * file that cannot be opened is an InputError.
 */
export async function openRecord(file: string, read: () => ArrivalsFile): Promise<RecordFile> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  } catch (error) {
    throw new InputError([{ file, message: `cannot be written: ${(error as NodeJS.ErrnoException).code}` }]);
  }
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    writing = writing.then(async () => {
      const bytes = Buffer.from(`${JSON.stringify(read())}\n`);
      await handle.write(bytes, 0, bytes.length, 0);
      await handle.truncate(bytes.length);
    });
    return writing;
  };
  let timer: NodeJS.Timeout | undefined;
  await write();
  return {
    note: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void write().catch(() => undefined); // the last one says so
      }, everyMs);
    },
    close: async () => {
      clearTimeout(timer);
      await writing.catch(() => undefined);
      writing = Promise.resolve();
      await write();
      await handle.close();
    },
  };
}
