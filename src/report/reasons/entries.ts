import type { WordsOfAll } from "./reason-words.ts";
import { blocked } from "./words/blocked.ts";
import { caveats } from "./words/caveats.ts";
import { elsewhere } from "./words/elsewhere.ts";
import { farEnd } from "./words/far-end.ts";
import { notSendable } from "./words/not-sendable.ts";
import { notSent } from "./words/not-sent.ts";
import { preinstall } from "./words/preinstall.ts";
import { reached } from "./words/reached.ts";
import { refused } from "./words/refused.ts";
import { serviceCaveats } from "./words/service-caveats.ts";
import { serviceFailed } from "./words/service-failed.ts";
import { silence } from "./words/silence.ts";
import { snmp } from "./words/snmp.ts";

/** The words for every reason, in the order in which `portmatrix explain` lists those of one verdict. */
export const reasonWords: WordsOfAll = {
  ...reached,
  ...serviceCaveats,
  ...refused,
  ...silence,
  ...preinstall,
  ...farEnd,
  ...blocked,
  ...serviceFailed,
  ...elsewhere,
  ...snmp,
  ...caveats,
  ...notSendable,
  ...notSent,
};
