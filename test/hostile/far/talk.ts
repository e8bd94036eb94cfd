// The few words that a far side needs to be taken for a worker.

export interface Order {
  type: string;
  id: number;
  task?: unknown;
}

/** What is neither one of ours nor harmless to show. */
export const evil = "hostile-mark\u001b[31m\u202e\u3164\n::error file=hostile-mark::boo\r";

export const hello = { type: "hello", protocol: 1, version: "0.1.0" };

/** Prints a message as a line, or a text as it is. */
export const say = (message: object | string): boolean =>
  process.stdout.write(typeof message === "string" ? message : `${JSON.stringify(message)}\n`);

export const stay = (): void => void setInterval(() => undefined, 1_000);

/** Says hello, and calls for each task that comes. */
export function onProbe(answer: (order: Order) => void, greeting: object = hello): void {
  let rest = "";
  process.stdin.on("data", (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const order = line.startsWith("{") ? (JSON.parse(line) as Order) : undefined;
      if (order?.type === "probe") answer(order);
    }
  });
  say(greeting);
}

/** Prints the same for ever, as fast as it is taken. */
export function endless(text: string): void {
  const more = (): void => {
    while (process.stdout.write(text));
  };
  process.stdout.on("drain", more);
  more();
}

/** An observation that claims an open port. */
export const open = (address = "127.0.0.1"): { answers: object[] } => ({
  answers: [{ address, outcome: { kind: "open", rttMs: 1 }, evidence: {} }],
});

export const observe = (id: number, observation: object, more: object = {}): boolean =>
  say({ type: "observation", id, observation, ...more });

/** An observation that could not be made, with this text wherever there is a place for text. */
export const told = (text: string): object => ({
  answers: [
    {
      address: "127.0.0.1",
      outcome: { kind: "unsent", cause: "vantage", detail: text },
      evidence: {
        replySummary: text,
        snmp: { version: "2c", sysDescr: text },
        service: { name: "http", finding: "verified", saw: text },
      },
    },
  ],
});
