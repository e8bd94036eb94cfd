import ipaddr from "ipaddr.js";
import type { Answer, Evidence, Observation } from "../model/outcome.ts";
import type { Task } from "../model/task.ts";
import type { Environment } from "./start/child.ts";

type WebProxy = NonNullable<Evidence["webProxy"]>;

/** In the order in which curl(1) looks at them; for HTTPS it never reads `http_proxy`. */
const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as const;

/**
 * The web proxy that an environment names for HTTPS to a host and port; `undefined` where it names none, or where
 * `no_proxy` excepts that host. A login in the URL is left out; a text that is no URL is not shown at all.
 */
export function webProxyFor(env: Environment, host: string, port: number): WebProxy | undefined {
  const variable = variables.find((name) => (env[name] ?? "").trim() !== "");
  if (variable === undefined || isExcepted(env["no_proxy"] ?? env["NO_PROXY"] ?? "", host, port)) return undefined;
  const url = withoutLogin((env[variable] ?? "").trim());
  return { variable, ...(url === undefined ? {} : { url }) };
}

/** What `URL` leaves out where it is written. */
const usualPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function withoutLogin(text: string): string | undefined {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url.hostname === "") return undefined;
    const port = url.port === "" ? usualPorts[url.protocol] : url.port;
    return `${url.protocol}//${url.hostname}${port === undefined ? "" : `:${port}`}`;
  } catch {
    return undefined;
  }
}

/** `no_proxy`: `*`, or hosts, domains (with or without a dot in front) and networks, each with a port or without. */
function isExcepted(list: string, host: string, port: number): boolean {
  const wanted = bare(host);
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = entry, itsPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      if (itsPort !== undefined && Number(itsPort) !== port) return false;
      return isInNetwork(wanted, name) || isInDomain(wanted, bare(name));
    });
}

const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/^\*?\./, "")
    .replace(/\.$/, "");

const isInDomain = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

function isInNetwork(host: string, network: string): boolean {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(network)) return false;
  const [address, [base, bits]] = [ipaddr.parse(host), ipaddr.parseCIDR(network)];
  return address.kind() === base.kind() && address.match(base, bits);
}

type TcpTask = Task & { probe: Extract<Task["probe"], { kind: "tcp" }> };

/** True for a public web server that is asked directly. */
export const mayNeedProxy = (task: Task): task is TcpTask =>
  task.probe.kind === "tcp" && task.probe.service?.name === "public-https";

/**
 * Adds the proxy of the sender's environment to every answer of a public web server that was asked directly and did not
 * answer as itself. It is named and never used: a probe goes to the targets of the topology alone.
 */
export function nameWebProxy(task: Task, observation: Observation, env: Environment): Observation {
  if (!mayNeedProxy(task)) return observation;
  const webProxy = webProxyFor(env, task.target, task.probe.port);
  if (webProxy === undefined || observation.answers.every(isAnswered)) return observation;
  const named = (answer: Answer): Answer =>
    isAnswered(answer) ? answer : { ...answer, evidence: { ...answer.evidence, webProxy } };
  return { answers: observation.answers.map(named) };
}

const isAnswered = ({ evidence: { service } }: Answer): boolean => service?.finding === "verified";
