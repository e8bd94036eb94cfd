import type { RespondOrder, ResponderEvent } from "../model/run/responder.ts";
import type { Listening } from "../sockets/listening.ts";
import { readDatagramCounts } from "../wire/ip/datagram-counts.ts";

/** Tells the kernel's counts of datagrams again and again, as far as it has any. Gives what ends it. */
export function countDatagrams(
  { port, everyMs }: NonNullable<RespondOrder["counts"]>,
  listening: Pick<Listening, "readTables">,
  tell: (event: ResponderEvent) => void,
): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const counts = readDatagramCounts(await listening.readTables([port], false), port);
    if (isOver || counts === undefined) return;
    tell({ kind: "counts", counts });
    timer = setTimeout(begin, everyMs);
  };
  const begin = () => void look().catch(() => undefined);
  begin();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
