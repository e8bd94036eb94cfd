/** `2.2/agent-registration/`: what the ids of all flows of one requirement start with. */
export const flowIdHead = (section: string, requirement: string): string => `${section}/${requirement}/`;

/**
 * `2.2/agent-registration/web01->cmk/tcp/8000`: the id of a flow, and with other parts at the end that of a group of
 * flows. V8 keeps what is added up as a tree of its parts until a character is read, so one is read. `join` would do, but
 * where a name is the key of an object, too, it makes texts of two bytes a character, and of the record that has them.
 */
export function flowId(
  head: string,
  from: string,
  to: string,
  parts: readonly (string | number | undefined)[],
): string {
  let id = `${head}${from}->${to}`;
  for (const part of parts) if (part !== undefined) id += `/${part}`;
  id.charCodeAt(0);
  return id;
}

/** The id of a flow without section and requirement: `web01->cmk/tcp/8000`. */
export function flowIdTail({ id, section, requirement }: { id: string; section: string; requirement: string }): string {
  const head = flowIdHead(section, requirement);
  return id.startsWith(head) ? id.slice(head.length) : id;
}
