/** Why a vantage point could not be opened, as far as its words tell. */
export type OpeningFailure =
  | "login" // a password would have been asked for, or a key was refused
  | "host-key"
  | "not-reached" // the machine or its name
  | "no-shell"
  | "no-interpreter"
  | "constrained-language" // PowerShell that may not make sockets
  | "no-program" // here: ssh, docker, …
  | "no-answer"
  | "other";

const words: readonly (readonly [OpeningFailure, RegExp])[] = [
  ["host-key", /host key verification failed|host identification has changed|no \S+ host key is known/i],
  ["login", /permission denied \(|password|passphrase|too many authentication failures|login incorrect/i],
  [
    "not-reached",
    /could not resolve hostname|connection (?:timed out|refused|reset|closed)|no route to host|network is unreachable|name or service not known/i,
  ],
  ["constrained-language", /runs in Constrained Language/],
  [
    "no-interpreter",
    /nothing to send from|neither portmatrix nor node|is too old: install (?:node|windows powershell)/i,
  ],
  ["no-program", /^\S+: the program \S+ (?:was not found|may not be executed)/i],
  [
    "no-shell",
    /executable file not found|account is currently not available|nologin|sh: not found|\b(?:powershell|pwsh)\W.*not (?:found|recognized)|no such file or directory.*\bsh\b|exec .*\bsh\b.*(?:failed|no such file)/i,
  ],
  ["no-answer", /no worker answered within/i],
];

/** Reads the message with which opening a vantage point failed. */
export const readOpeningFailure = (message: string): OpeningFailure =>
  words.find(([, pattern]) => pattern.test(message))?.[0] ?? "other";

/** Each of them as the end of a sentence about the vantage points. */
export const openingFailureWords: Readonly<Record<OpeningFailure, string>> = {
  login: "the login was refused, or a password was wanted: use a key or an agent",
  "host-key": "the host key is not known or has changed",
  "not-reached": "the machine could not be reached",
  "no-shell": "there is no shell to run a worker in",
  "no-interpreter": "there is nothing there to send from: portmatrix, Node, Python, perl or bash",
  "constrained-language":
    "PowerShell there may not make sockets: AppLocker or App Control keeps it in Constrained Language",
  "no-program": "the command's program is missing here",
  "no-answer": "no worker answered in time",
  other: "they failed otherwise",
};

/** The same key for vantage points that were not opened for one cause; what is not known is a cause for each node. */
export function openingFailureKey(node: string, message: string): string {
  const failure = readOpeningFailure(message);
  return failure === "other" ? `${node} ${message}` : failure;
}
