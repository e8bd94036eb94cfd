/** A worker of a few lines: `body` runs for each line it is told, with `say` and `order` at hand. */
export const worker = (body: string, hello: object = { type: "hello", protocol: 1, version: "t" }) => `
exports.runAgent = ({ stdin, stdout }) => new Promise((resolve) => {
  const say = (message) => stdout.write(typeof message === "string" ? message : JSON.stringify(message) + "\\n");
  let rest = "";
  say(${JSON.stringify(hello)});
  stdin.on("data", (chunk) => {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) { const order = JSON.parse(line); ${body} }
  });
  stdin.on("end", resolve);
  stdin.resume();
});`;
/** Its body to answer each probe with `open`. */
export const answer = `if (order.type === "probe") say({ type: "observation", id: order.id, observation: { answers: [
  { address: order.task.target, outcome: { kind: "open", rttMs: 1 }, evidence: {} }] } });`;
