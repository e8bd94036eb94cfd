/** True for an address of the web. Nothing else becomes a link: a run record may come from anywhere. */
export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text);
