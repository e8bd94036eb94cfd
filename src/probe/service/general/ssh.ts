import { printable } from "../../../model/text/printable.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters } from "../conversation/tls-evidence.ts";

const mostBytes = 8_192;
/** How long the version may stay away after lines that are none of it. */
const afterGreetingMs = 1_000;

/**
 * An SSH server. It says its version by itself, after lines of greeting if it likes (RFC 4253 §4.2); nothing is sent and
 * the connection is closed, before any key or name is exchanged.
 */
export const askSsh: ServiceProber = async (connection, _spec, context) => {
  const hasLine = (bytes: Buffer) => bytes.includes("\n");
  const first = await connection.read({ isEnough: hasLine, mostBytes, withinMs: context.leftMs() });
  let version = versionIn(first.bytes);
  let { bytes } = first;
  if (version === undefined && first.ending === "enough") {
    const isEnough = (more: Buffer) => versionIn(Buffer.concat([first.bytes, more])) !== undefined;
    const withinMs = Math.min(afterGreetingMs, context.leftMs());
    bytes = Buffer.concat([bytes, (await connection.read({ isEnough, mostBytes, withinMs })).bytes]);
    version = versionIn(bytes);
  }
  connection.close();
  if (version !== undefined) return { finding: "verified", saw: printable(version, sawCharacters) };
  const isCut = bytes.toString("latin1").startsWith("SSH-");
  if (isCut) return { finding: "other-answer", saw: "an SSH version that broke off" };
  return foundInstead({ bytes, ending: first.ending }, "SSH version");
};

/** The line with the version; it is whole when its end has come. */
function versionIn(bytes: Buffer): string | undefined {
  return /(?:^|\n)(SSH-\d[^\r\n]*)\r?\n/.exec(bytes.toString("latin1"))?.[1];
}
