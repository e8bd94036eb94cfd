import { readPop3Greeting } from "../../../wire/greetings.ts";
import { askGreeted } from "./greeted.ts";

/** A mailbox server: its greeting, and QUIT. On 995 TLS comes first (RFC 8314 section 3). */
export const askPop3 = askGreeted({
  what: "POP3 greeting",
  read: readPop3Greeting,
  farewell: "QUIT\r\n",
  tlsPort: 995,
});
