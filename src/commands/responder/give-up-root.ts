import { readFileSync } from "node:fs";
import { InputError } from "../../model/text/problem.ts";
import type { Surroundings } from "../surroundings.ts";

/** The user that has nothing, where none is named: Linux knows it by this number on every system. */
const nobody = { uid: 65_534, gid: 65_534 };

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

/** After the ports are taken: root becomes somebody who has no rights, for good. Says nothing for all other users. */
export function giveUpRoot(user: { uid: number; gid: number }, { identity }: Pick<Surroundings, "identity">): string {
  if (identity === undefined || !identity.isRoot()) return "";
  identity.become(user);
  if (identity.isRoot()) throw new Error("the privileges of root could not be given up");
  return `portmatrix: privileges given up: runs as user ${user.uid} from here\n`;
}
