/** A picture in the terminal that is drawn again and again in the same place. */
export interface Screen {
  /** Draws lines over those of the last time; none may be wider than the terminal, nor may they fill it. */
  draw: (lines: readonly string[]) => void;
  /** Takes the picture away, so that ordinary text can follow in its place. */
  clear: () => void;
}

/**
 * Opens a screen below the text that is there already. It uses relative movements only (ECMA-48 CUU, EL, ED), so what
 * was on the terminal before stays, and a program that dies leaves nothing to repair.
 */
export function openScreen(write: (text: string) => void): Screen {
  let height = 0;
  const home = () => (height === 0 ? "\r" : `\r\u001B[${height}A`);
  return {
    draw: (lines) => {
      write(`${home()}${lines.map((line) => `${line}\u001B[K\n`).join("")}\u001B[J`);
      height = lines.length;
    },
    clear: () => {
      if (height > 0) write(`${home()}\u001B[J`);
      height = 0;
    },
  };
}
