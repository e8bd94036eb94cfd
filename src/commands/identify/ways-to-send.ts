import type { Problem } from "../../model/text/problem.ts";

/** ` lab.yaml`: a topology behind a command; empty for the one that commands look for themselves. */
export const asArgument = (file: string): string => (file === "portmatrix.yaml" ? "" : ` ${file}`);

/**
 * What a person can do on a machine that is none of the nodes, such as a laptop: a flow is sent from where it starts.
 * One line for each way; `node` is one of the nodes, the server if possible.
 */
export function waysToSend(node: string, file: string): string[] {
  const named = asArgument(file);
  return [
    `on ${node}, where its flows start: copy ${file} there and run: portmatrix check${named}`,
    `from here over SSH, nothing is installed there: add to ${file}: vantages: { ${node}: { ssh: { user: USER } } }`,
    `if you may not log in there: portmatrix script${named} --from ${node} --out ${node}.sh writes a script for whoever may`,
    `if this machine is ${node}, with another address (address translation): portmatrix check${named} --from ${node}!`,
  ].map((way) => `  - ${way}`);
}

/** The same as lines of an error. */
export const waysAsProblems = (node: string, file: string): Problem[] =>
  waysToSend(node, file).map((message) => ({ file: "", message }));
