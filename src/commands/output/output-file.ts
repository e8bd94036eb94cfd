import { randomBytes } from "node:crypto";
import { constants, createWriteStream, rmSync, type Stats } from "node:fs";
import { open, readlink, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { openSink } from "./sink.ts";
import { finished } from "node:stream/promises";

/** A file that is being written. It gets its name when it is complete, so a reader never sees half of it. */
export interface OutputFile {
  /** Takes the text. An error of it is reported by `commit`. */
  stream: Writable;
  /** Ends the text and gives the file its name. Rejects where not all could be written; then nothing of it stays. */
  commit: () => Promise<void>;
  /** Takes back what was written, as far as that is possible. */
  discard: () => Promise<void>;
}

/** Drafts that have no name yet. A process that ends early removes them, see `removeDrafts`. */
const drafts = new Set<string>();

let tellDrafts: (areOpen: boolean) => void = () => {};

/** Calls `tell` when the first draft is there, and when the last one is gone. */
export function watchDrafts(tell: (areOpen: boolean) => void): void {
  tellDrafts = tell;
}

function addDraft(path: string): void {
  drafts.add(path);
  if (drafts.size === 1) tellDrafts(true);
}

function forgetDraft(path: string): void {
  if (drafts.delete(path) && drafts.size === 0) tellDrafts(false);
}

/** Whether there is a draft now. */
export const hasDrafts = (): boolean => drafts.size > 0;

/** Removes every draft at once, without waiting: for the end of the process. */
export function removeDrafts(): void {
  for (const draft of drafts) rmSync(draft, { force: true });
}

/**
 * Opens a file for writing. An existing file stays as it is until `commit`, and keeps its mode. Pipes, devices and
 * open descriptors (/dev/stdout, /dev/fd/63) cannot be replaced and are written as they are.
 */
export async function openOutput(file: string): Promise<OutputFile> {
  const existing = await statOrAbsent(file);
  if (!(await isDirect(file, existing))) return outputOf(await openDraft(file, existing));
  // A regular file behind a descriptor is written through it: both share the place where the next text goes.
  const fd = existing?.isFile() === true ? await descriptorOf(file) : undefined;
  const nothing = () => Promise.resolve();
  // By its name it is opened with the first text, so a pipe holds nobody up that waits for its reader.
  const stream = fd === undefined ? createWriteStream(file) : createWriteStream("", { fd, autoClose: false });
  return outputOf({ stream, place: nothing, remove: nothing });
}

/** Whether a file can only be written as it is, because a new one cannot take its place. */
export async function isDirect(file: string, existing: Stats | undefined): Promise<boolean> {
  return (existing !== undefined && !existing.isFile()) || (await descriptorOf(file)) !== undefined;
}

/** Text on its way, and how it gets its name or goes away. */
interface Steps {
  stream: Writable;
  place: () => Promise<void>;
  remove: () => Promise<void>;
}

/**
 * A new file of a name that nobody can foresee, in the folder of the other. It must not exist and is not reached over a
 * link, so that no file of somebody else is written (open(2): O_EXCL, O_NOFOLLOW). The leading dot hides it from
 * programs that read a whole folder, such as the Checkmk agent its spool folder.
 */
async function openDraft(file: string, existing: Stats | undefined): Promise<Steps> {
  const path = join(dirname(file), `.portmatrix-${randomBytes(8).toString("hex")}.part`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const mode = existing === undefined ? 0o666 : existing.mode & 0o777; // the umask takes its part of it
  addDraft(path); // before it is there, so that no signal comes in between
  const handle = await open(path, flags, mode).catch((error: unknown) => {
    forgetDraft(path);
    throw error;
  });
  const stream = openSink(handle);
  const remove = async () => {
    await rm(path, { force: true });
    forgetDraft(path);
  };
  const place = async () => {
    await rename(path, file);
    forgetDraft(path);
  };
  try {
    if (existing !== undefined) await handle.chmod(mode);
    return { stream, place, remove };
  } catch (error) {
    stream.destroy();
    await remove();
    throw error;
  }
}

function outputOf({ stream, place, remove }: Steps): OutputFile {
  let failure: Error | undefined;
  stream.on("error", (error) => (failure ??= error));
  return {
    stream,
    commit: async () => {
      try {
        stream.end();
        await finished(stream).catch((error: unknown) => Promise.reject(failure ?? error));
        await place();
      } catch (error) {
        await remove();
        throw error;
      }
    },
    discard: async () => {
      stream.destroy();
      await remove();
    },
  };
}

const mostLinks = 40; // as many as Linux follows (path_resolution(7))

/** The descriptor of this process that a path stands for: 1 for /dev/stdout, which is a link to /proc/self/fd/1. */
async function descriptorOf(file: string): Promise<number | undefined> {
  let path = resolve(file);
  for (let links = 0; links < mostLinks; links++) {
    const [, fd] = /^\/(?:proc\/(?:self|thread-self)|dev)\/fd\/(\d+)$/.exec(path) ?? [];
    if (fd !== undefined) return Number(fd);
    const target = await readlink(path).catch(() => undefined); // no link, or none that can be read
    if (target === undefined) return undefined;
    path = resolve(dirname(path), target);
  }
  return undefined;
}

/** What is known of a file; `undefined` if there is none. */
export async function statOrAbsent(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
