import type { Facts } from "../text/wording.ts";

/**
 * What the sender's environment says of a web proxy, for an outgoing web flow that does not work without one; empty where
 * it names none. Nothing was sent to the proxy, because the topology does not name it.
 */
export function webProxyHint({ from, to, requirement, evidence: { webProxy } }: Facts): string {
  if (webProxy === undefined) return "";
  const { variable, url } = webProxy;
  const names = `The environment of ${from} names a web proxy (${variable}${url === undefined ? "" : `: ${url}`}), which was not asked because the topology does not name it.`;
  const isAskable = url === undefined || url.startsWith("http://"); // a proxy is asked over plain HTTP
  if (requirement !== "license" || !isAskable)
    return ` ${names} If ${from} goes through it, it may not need the direct way to ${to}.`;
  return ` ${names} If the site goes through it, write \`outgoing: { proxy: "${url ?? "http://PROXY:PORT"}" }\` to have the path through it judged instead of the direct one.`;
}
