/** The declarations of a directory as two files: a module for each source file, and the entry that exports the first. */
export function bundleTypes(directory: string, entry: string): { entry: string; modules: string };
