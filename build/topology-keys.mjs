/**
 * Every key of a JSON Schema by its path, in the order of the schema, with the nodes that describe it and whether it must be there:
 * `hosts[].snmp.version`; a star stands for a name of one's own. A part that is shared is walked once for each place.
 */
export function schemaKeys(schema) {
  const keys = new Map();
  const resolve = (node) => {
    let found = node;
    while (found.$ref !== undefined)
      found = found.$ref
        .split("/")
        .slice(1)
        .reduce((part, step) => part[step], schema);
    return found;
  };
  const walk = (written, path) => {
    const node = resolve(written);
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) walk(branch, path);
    if (node.items !== undefined) walk(node.items, `${path}[]`);
    if (typeof node.additionalProperties === "object") walk(node.additionalProperties, `${path}.*`);
    for (const [name, part] of Object.entries(node.properties ?? {})) {
      const key = path === "" ? name : `${path}.${name}`;
      const known = keys.get(key) ?? { nodes: [], isRequired: node.required?.includes(name) === true };
      keys.set(key, known);
      if (!known.nodes.includes(part)) known.nodes.push(part);
      walk(part, key);
    }
  };
  walk(schema, "");
  return { keys, resolve };
}

/** Puts the words of each key into its node, where an editor shows them. A part that is shared has those of its first place. */
export function describeKeys(schema, { topologyKeys, describedAt }) {
  const { keys } = schemaKeys(schema);
  for (const [key, { nodes }] of keys) {
    const words = topologyKeys[describedAt(key)];
    if (words === undefined) throw new Error(`the key ${key} of the topology has no words in src/model/reference`);
    const text = `${words.is.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")} Example: ${words.example}`;
    for (const node of nodes) node.description ??= text;
  }
  return schema;
}
