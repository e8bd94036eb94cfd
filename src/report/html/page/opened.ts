/** The flows whose details are open, what they are called, and the element that gets the focus back. */
export interface Opened {
  title: string;
  flows: readonly number[];
  opener: HTMLElement;
  /** True where the panel takes the focus: the reader came by keyboard. */
  takesFocus: boolean;
}
