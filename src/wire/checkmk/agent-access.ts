/** A systemd socket as `systemctl show` tells of it. */
export interface SocketUnit {
  isLoaded: boolean;
  isActive: boolean;
  /** `[::]:6556 (Stream)`, `/run/check-mk-agent.socket (Stream)`. */
  listens: readonly string[];
  allows: readonly string[];
  denies: readonly string[];
}

/** Reads `systemctl show -p LoadState,ActiveState,Listen,IPAddressAllow,IPAddressDeny`; `undefined` for anything else. */
export function readSocketUnit(text: string): SocketUnit | undefined {
  const values = (key: string): string[] =>
    text.split("\n").flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1).trim()] : []));
  const words = (key: string): string[] =>
    values(key)
      .flatMap((value) => value.split(/\s+/))
      .filter(Boolean)
      .flatMap((word) => (word === "any" ? ["0.0.0.0/0", "::/0"] : [word]))
      .slice(0, 500);
  const [load] = values("LoadState");
  if (load === undefined) return undefined;
  return {
    isLoaded: load === "loaded",
    isActive: values("ActiveState")[0] === "active",
    listens: values("Listen").filter(Boolean),
    allows: words("IPAddressAllow"),
    denies: words("IPAddressDeny"),
  };
}

/** A service of xinetd (xinetd.conf(5)). */
export interface XinetdService {
  name: string;
  file: string;
  port?: number;
  isDisabled: boolean;
  /** Who may; absent where everybody may. */
  onlyFrom?: readonly string[];
}

/** Reads files of xinetd; what it cannot read of them is left out. `defaults` hold for all. */
export function readXinetd(files: readonly { name: string; text: string }[]): XinetdService[] {
  const services: (XinetdService & { onlyFrom?: string[] })[] = [];
  let usual: string[] | undefined;
  for (const { name: file, text } of files) {
    for (const [, kind = "", body = ""] of text.matchAll(
      /^[ \t]*(defaults|service[ \t]+\S+)\s*\{([^{}]*(?:\{[^{}\n]*\}[^{}]*)*)\}/gm,
    )) {
      const entries = body.split("\n").flatMap((line) => {
        const [, key = "", sign = "", value = ""] = /^\s*([a-z_]+)\s*([+-]?=)\s*(.*?)\s*$/.exec(line) ?? [];
        return key === "" ? [] : [{ key, sign, words: value.split(/\s+/).filter(Boolean) }];
      });
      const valueOf = (key: string): string | undefined => entries.findLast((one) => one.key === key)?.words[0];
      const onlyFrom = listOf(entries.filter(({ key }) => key === "only_from"));
      if (kind === "defaults") {
        usual = onlyFrom ?? usual;
        continue;
      }
      const port = /^\d{1,5}$/.test(valueOf("port") ?? "") ? Number(valueOf("port")) : undefined;
      services.push({
        name: kind.replace(/^service\s+/, "").slice(0, 60),
        file,
        ...(port === undefined ? {} : { port }),
        isDisabled: valueOf("disable") === "yes",
        ...(onlyFrom === undefined ? {} : { onlyFrom }),
      });
    }
  }
  return services.map((one) => (one.onlyFrom !== undefined || usual === undefined ? one : { ...one, onlyFrom: usual }));
}

/** `=` begins the list, `+=` adds to it, `-=` takes out. */
function listOf(entries: readonly { sign: string; words: readonly string[] }[]): string[] | undefined {
  if (entries.length === 0) return undefined;
  let list: string[] = [];
  for (const { sign, words } of entries) {
    if (sign === "-=") list = list.filter((one) => !words.includes(one));
    else list = sign === "+=" ? [...list, ...words] : [...words];
  }
  return list.slice(0, 500);
}
