import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { Flow, Plan } from "../../model/flow.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { listNodes, nodesOf } from "../identify/identify.ts";
import type { TraceOptions } from "./options.ts";
import { controlsFor, echo, questionOf } from "./questions.ts";
import type { Question } from "./trace-flow.ts";

/** A question from one node to one address, as the topology writes it. */
export interface Aim {
  flow?: string;
  from: string;
  to: string;
  address: string;
  question: Question;
  controls: readonly Question[];
  isCareful: boolean;
}

/** Which flows are meant; an InputError if none is. */
export function aimsOf(plan: Plan, topology: Topology, flowId: string | undefined, options: TraceOptions): Aim[] {
  if (flowId !== undefined) {
    const flow = plan.flows.find(({ id }) => id === flowId);
    if (flow === undefined)
      throw refuse("FLOW", `the plan has no flow ${flowId}; \`portmatrix plan --format json\` lists them`);
    if (options.to !== undefined || asked(options).length > 0)
      throw refuse("FLOW", "write either a flow, or --from, --to and --tcp, --udp or --icmp");
    return [aimOf(plan, flow)];
  }
  const { from, to } = options;
  if (from === undefined || to === undefined || asked(options).length !== 1)
    throw refuse("FLOW", "say which flow: its id, or --from A --to B and one of --tcp PORT, --udp PORT, --icmp");
  const [question] = asked(options);
  const planned = plan.flows.filter(
    (flow) =>
      flow.from === from &&
      (flow.to === to || flow.address === to) &&
      flow.protocol === question?.protocol &&
      flow.port === question.port,
  );
  const perAddress = new Map(planned.map((flow) => [flow.address, flow]));
  if (perAddress.size > 0) return [...perAddress.values()].map((flow) => aimOf(plan, flow));
  const nodes = nodesOf(topology);
  const node = nodes.find(({ name }) => name === to);
  const literal = readIpLiteral(to)?.text;
  if (node === undefined && literal === undefined)
    throw refuse(
      "--to",
      `"${to}" is neither a node nor an address; nodes: ${listNodes(nodes.map(({ name }) => name))}`,
    );
  return (node?.address ?? [literal ?? to]).map((address) => ({
    from,
    to,
    address,
    question: question ?? echo,
    controls: controlsFor(plan, {
      from,
      address,
      protocol: question?.protocol ?? "icmp",
      ...(question?.port === undefined ? {} : { port: question.port }),
    }),
    isCareful: false,
  }));
}

const refuse = (file: string, message: string): InputError => new InputError([{ file, message }]);

function aimOf(plan: Plan, flow: Flow): Aim {
  const probe = plan.probes.find(({ id }) => id === flow.probe);
  return {
    flow: flow.id,
    from: flow.from,
    to: flow.to,
    address: flow.address,
    question: probe === undefined ? echo : questionOf(probe),
    controls: controlsFor(plan, flow),
    isCareful: probe?.mayConfirm === false,
  };
}

function asked({ tcp, udp, icmp }: TraceOptions): Question[] {
  const none = new Uint8Array(0);
  return [
    ...(tcp === undefined ? [] : [{ protocol: "tcp" as const, port: portOf("--tcp", tcp), bytes: none }]),
    ...(udp === undefined ? [] : [{ protocol: "udp" as const, port: portOf("--udp", udp), bytes: none }]),
    ...(icmp === true ? [echo] : []),
  ];
}

function portOf(option: string, port: number): number {
  if (port >= 1 && port <= 65_535) return port;
  throw refuse(option, `${port} is no port: 1 to 65535`);
}
