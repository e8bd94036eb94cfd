/** What a renderer may know of the place that shows its text; it never looks by itself. */
export interface RenderOptions {
  /** Columns that a line may have. */
  width: number;
  /** True if ANSI colours are wanted. */
  colour: boolean;
  /** False for ASCII signs and lines; default true. */
  unicode?: boolean;
}
