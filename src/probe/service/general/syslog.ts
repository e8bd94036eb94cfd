import { silentListener } from "../conversation/silent-listener.ts";

/**
 * Syslog over TCP. It has no greeting and no answer, and every line sent becomes an event (facts/checkmk.md §6.1, §14), so
 * nothing is sent.
 */
export const askSyslog = silentListener(500, "accepts and listens in silence");
