/** Programs that the nodes of the lab run, each with its Debian package. */
export const packagesOf: Readonly<Record<string, string>>;
/** True if a program is in one of the directories. */
export function isInstalled(program: string, at?: readonly string[]): boolean;
/** Throws an error that names every missing program and the line that installs them. */
export function refuseMissing(isThere?: (program: string) => boolean): void;
