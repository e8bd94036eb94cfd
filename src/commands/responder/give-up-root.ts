import { readFileSync } from "node:fs";
import { InputError } from "../../model/text/problem.ts";
import { isRootOfNothing, nobody } from "../../responder/nobody.ts";
import type { Surroundings } from "../surroundings.ts";

/** Who a user of this machine is (passwd(5)); unknown ones are an InputError. */
export function userNamed(name: string | undefined): { uid: number; gid: number } {
  if (name === undefined) return nobody;
  const row = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([user]) => user === name);
  const [uid, gid] = [Number(row?.[2]), Number(row?.[3])];
  if (row === undefined || !Number.isSafeInteger(uid) || !Number.isSafeInteger(gid))
    throw new InputError([{ file: "--user", message: `there is no user "${name}" in /etc/passwd` }]);
  return { uid, gid };
}

/**
 * After the ports are taken: root becomes somebody who has no rights, for good. Says nothing for all other users; where it
 * is refused that is an InputError, because nothing listens as root.
 */
export function giveUpRoot(user: { uid: number; gid: number }, { identity }: Pick<Surroundings, "identity">): string {
  if (identity === undefined || !identity.isRoot()) return "";
  let why = "";
  try {
    identity.become(user);
  } catch (error) {
    if (isRootOfNothing()) return "";
    why = ` (${(error as NodeJS.ErrnoException).code ?? "refused"})`;
  }
  if (identity.isRoot())
    throw new InputError([
      {
        file: "--user",
        message: `the privileges of root could not be given up${why}, and a responder does not listen as root: use an ordinary user`,
      },
    ]);
  return `portmatrix: privileges given up: runs as user ${user.uid} from here\n`;
}
