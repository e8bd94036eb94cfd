import { reachByFamily, reachWeb } from "../../diagnose/reach.ts";
import type { Subject } from "../../model/registration/doctor.ts";
import type { Observation } from "../../model/outcome.ts";
import type { Discovery, Hop } from "../../model/registration/replay.ts";
import { mostRedirects, portOf } from "../../wire/http/redirect.ts";
import type { Ask } from "./ask.ts";

type Scheme = "http" | "https";

/** Asks for the receiver's port as the controller does, but for redirects to other machines; see `goOn`. */
export async function discover(
  { addresses, site }: Subject,
  { scheme, port }: { scheme: Scheme; port: number },
  ask: Ask,
): Promise<Discovery> {
  const service = { name: `receiver-discovery-${scheme}`, site, redirects: mostRedirects } as const;
  return { observation: await ask.service(addresses, port, service), hops: [] };
}

/**
 * Follows the redirects to other machines, as the controller would: each is a probe of its own, from the same place.
 * `known` are the machines that the topology names.
 */
export async function goOn(
  subject: Subject,
  { observation }: Discovery,
  ask: Ask,
  known: ReadonlySet<string>,
): Promise<Discovery> {
  const hops: Hop[] = [];
  let from = reachWeb(subject, observation).reached;
  for (;;) {
    const onward = from?.evidence.service?.onward;
    if (onward?.end !== "elsewhere" || onward.url === undefined) break;
    const url = new URL(onward.url);
    const host = url.hostname.replaceAll(/^\[|\]$/g, "");
    const asked = await ask.service([host], portOf(url), {
      name: url.protocol === "https:" ? "receiver-discovery-https" : "receiver-discovery-http",
      site: subject.site,
      path: `${url.pathname}${url.search}`,
      redirects: Math.max(0, onward.left - 1), // this one is followed
    });
    const shown = onward.via.at(-1) ?? url.origin;
    const place = { url: shown, host, port: portOf(url), ...(known.has(host) ? {} : { isOutside: true as const }) };
    hops.push({ ...place, observation: withoutUrls(asked) });
    from = reachByFamily(asked.answers).reached;
  }
  return { observation: withoutUrls(observation), hops };
}

/** The same discovery where nobody goes on. */
export const forgetUrls = ({ observation, hops }: Discovery): Discovery => ({
  observation: withoutUrls(observation),
  hops,
});

/** What a redirect says in its query is nobody else's business. */
function withoutUrls({ answers }: Observation): Observation {
  return {
    answers: answers.map((answer) => {
      const { service } = answer.evidence;
      if (service?.onward?.url === undefined) return answer;
      const { url: _, ...onward } = service.onward;
      return { ...answer, evidence: { ...answer.evidence, service: { ...service, onward } } };
    }),
  };
}
