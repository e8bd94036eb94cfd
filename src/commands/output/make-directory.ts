import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a directory and those above it. What is there already stays. Throws the error of the first that cannot be made:
 * `mkdir` with `recursive` calls a read-only file system a missing directory, and does not return for `/proc/x`
 * (Node 20.20).
 */
export async function makeDirectories(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code === "ENOENT" && above !== path && !(await isDirectory(above))) {
      await makeDirectories(above);
      await mkdir(path);
    } else if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
