import { isMysqlWhole, readMysqlGreeting } from "../../../wire/greetings.ts";
import { askGreeted } from "./greeted.ts";

/**
 * MySQL or MariaDB: its first packet. Nothing is said to it. It counts callers that leave without a login
 * (docs/notes/probe-safety.md), so it is asked once.
 */
export const askMysql = askGreeted({ what: "MySQL greeting", read: readMysqlGreeting, isWhole: isMysqlWhole });
