/** True for an address of the web. Only such an address becomes a link: a run record may come from anywhere. */
export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text);
