import type { Task } from "../../model/task.ts";
import { messageShapes } from "./message-shapes.ts";
import type { Capabilities, Hello } from "./messages.ts";
import { readShape } from "./shape.ts";
import { vocabularyOf } from "./vocabulary.ts";

/** What this version knows, for the hello. */
export const capabilitiesHere = (): Capabilities => ({
  order: vocabularyOf(messageShapes.order),
  task: vocabularyOf(messageShapes.task),
  observation: vocabularyOf(messageShapes.observation),
});

/**
 * The words of a task that a worker knows which does not say what it knows: those of the first release, whose hello had
 * no capabilities. This list never changes.
 */
export const firstTaskWords: readonly string[] = [
  "careful",
  ...under("probe", "tcp udp snmp icmp udp.payload.empty udp.payload.dns udp.payload.ntp"),
  ...under("probe.tcp", "request service service.site service.plaintext service.plaintext.expected"),
  ...under(
    "probe.tcp.service.name",
    "checkmk-agent agent-receiver receiver-discovery-http receiver-discovery-https http https public-https site-apache " +
      "livestatus event-console notification-spooler message-broker rabbitmq-management epmd otlp-grpc otlp-http " +
      "syslog smtp dns ldap ldaps pacemaker-remote drbd windows-agent-channel",
  ),
  ...under("probe.snmp.credentials", "1 2c 3 3.context 3.auth 3.priv"),
  ...under("probe.snmp.credentials.3.auth.protocol", "md5 sha sha224 sha256 sha384 sha512"),
  ...under("probe.snmp.credentials.3.priv.protocol", "des aes aes256b aes256r"),
];

function under(path: string, words: string): string[] {
  return words.split(" ").map((word) => `${path}.${word}`);
}

/** What a worker cannot do with a task: values that it must not be sent, and keys that it would ignore. */
export interface Gaps {
  values: readonly string[];
  keys: readonly string[];
}

const none: Gaps = { values: [], keys: [] };

/** What the worker that said this hello lacks of what this version would ask of it, task by task, and answer. */
export function gapsOf({ capabilities }: Hello): {
  ofTask: (task: Task) => Gaps;
  ofObservation: readonly string[];
  /** It can be told to hold ports. */
  knowsResponder: boolean;
  /** It reads what its machine says of itself. */
  knowsInspection: boolean;
} {
  const missing = (known: readonly string[], words: readonly string[]) => {
    const there = new Set(known);
    return new Set(words.filter((word) => !there.has(word)));
  };
  const here = capabilitiesHere();
  const inTask = missing(capabilities?.task ?? firstTaskWords, here.task);
  const ofTask = (task: Task): Gaps => {
    if (inTask.size === 0) return none;
    const lacking = readShape(messageShapes.task, task).words.filter(({ word }) => inTask.has(word));
    const some = (isKey: boolean) => lacking.filter((one) => one.isKey === isKey).map(({ word }) => word);
    return { values: some(false), keys: some(true) };
  };
  // A worker that says nothing of itself may bring back all that there was then.
  const ofObservation = capabilities === undefined ? [] : [...missing(capabilities.observation, here.observation)];
  const knows = (order: string): boolean => capabilities?.order.includes(order) === true;
  return { ofTask, ofObservation, knowsResponder: knows("respond"), knowsInspection: knows("inspect") };
}
