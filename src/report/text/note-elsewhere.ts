/** What a run says of a node that it was sent for from a machine without an address of that node. */
export const noteElsewhere = (node: string): string =>
  `Sent from a machine without an address of ${node}: unless that is ${node} behind address translation, the results are those of another place.`;
