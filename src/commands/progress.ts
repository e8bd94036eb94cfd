/** A line on stderr that counts finished probes while a run goes on; silent unless stderr is a terminal. */
export interface Progress {
  step: () => void;
  clear: () => void;
}

const redrawEveryMs = 100;

/** Starts counting up to `total`. `write` gets the text; nothing is written where `isTerminal` is false. */
export function startProgress(total: number, isTerminal: boolean, write: (text: string) => void): Progress {
  let done = 0;
  let drawnAt = 0;
  if (!isTerminal) return { step: () => {}, clear: () => {} };
  return {
    step: () => {
      done += 1;
      const now = performance.now();
      if (now - drawnAt < redrawEveryMs) return;
      drawnAt = now;
      write(`\r${done} of ${total} probes answered or timed out`);
    },
    clear: () => write("\r\u001b[K"),
  };
}
