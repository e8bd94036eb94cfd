/** True for this machine itself: what is sent there leaves it over no network. */
export const isOwnMachine = (hostname: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
