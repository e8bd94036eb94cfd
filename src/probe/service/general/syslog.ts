import { silentListener } from "../conversation/silent-listener.ts";

/**
 * Syslog over TCP. It has no greeting and no answer, and every line sent becomes an event (docs/notes/probe-safety.md),
 * so nothing is sent.
 */
export const askSyslog = silentListener(500, "accepts and listens in silence");
