interface Key {
  nodes: object[];
  isRequired: boolean;
}
export function schemaKeys(schema: object): { keys: ReadonlyMap<string, Key> };
