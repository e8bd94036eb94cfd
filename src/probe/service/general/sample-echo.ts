import { silentListener } from "../conversation/silent-listener.ts";

/** A sample, to follow the recipe of CONTRIBUTING.md once. */
export const askSampleEcho = silentListener(100, "accepts and listens in silence");
