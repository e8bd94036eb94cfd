const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EPIPE: "its reader has gone",
  EIO: "input/output error",
  EISDIR: "it is a directory",
  EEXIST: "a file of this name is there already",
  ENOTDIR: "a part of this path is not a directory",
  ENXIO: "nothing is behind this device or socket",
  ENOENT: "there is no such directory",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENAMETOOLONG: "the file name is too long",
};

/** Why a file cannot be written, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[String(code)] ?? code ?? message;
}
