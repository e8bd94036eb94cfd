/** One key of a topology in words, for the reference, for editors and for messages. */
export interface KeyWords {
  /** What it says. One sentence or two, with Markdown's code marks. */
  is: string;
  /** A line that can be written as it stands. */
  example: string;
  /** The rows of the matrix that come of it, or what becomes of those that are there. */
  rows: string;
  /** The schema wants it in one of several forms only, so that it is not needed as such. */
  needed?: false;
}

export type KeyTable = Readonly<Record<string, KeyWords>>;
