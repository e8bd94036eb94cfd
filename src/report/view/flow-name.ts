import type { Result } from "../../model/run/run.ts";
import { pair, service } from "../text/wording.ts";

/** `web01 → cmk  8000/tcp  Register`: a flow in one line, without the number that a short name may repeat. */
export function nameFlow({ from, to, short, protocol, port }: Result): string {
  const name = short.replace(/ \d{2,5}$/, "");
  const where = service(port === undefined ? { protocol } : { protocol, port });
  const isRepeated = name === where || name === `no ${where}` || name === "Ping";
  return `${pair(from, to)}  ${where}${isRepeated ? "" : `  ${name}`}`;
}
