/** `2.2/agent-registration/`: what the ids of all flows of one requirement start with. */
export const flowIdHead = (section: string, requirement: string): string => `${section}/${requirement}/`;

/**
 * `2.2/agent-registration/web01->cmk/tcp/8000`: the id of a flow, and with other parts at the end that of a group of
 * flows. Joined at once: a template of as many parts would keep each of them until somebody reads it.
 */
export function flowId(
  head: string,
  from: string,
  to: string,
  parts: readonly (string | number | undefined)[],
): string {
  const all = [head, from, "->", to];
  for (const part of parts) if (part !== undefined) all.push("/", String(part));
  return all.join("");
}

/** The id of a flow without section and requirement: `web01->cmk/tcp/8000`. */
export function flowIdTail({ id, section, requirement }: { id: string; section: string; requirement: string }): string {
  const head = flowIdHead(section, requirement);
  return id.startsWith(head) ? id.slice(head.length) : id;
}
