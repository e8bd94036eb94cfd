import { readImapGreeting } from "../../../wire/greetings.ts";
import { askGreeted } from "./greeted.ts";

/** A mailbox server: its greeting, and LOGOUT. On 993 TLS comes first (RFC 8314 section 3). */
export const askImap = askGreeted({
  what: "IMAP greeting",
  read: readImapGreeting,
  farewell: "a LOGOUT\r\n",
  tlsPort: 993,
});
