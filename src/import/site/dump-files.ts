/** The object in a JSON text; none for any other text. */
export function jsonOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** `omd_config.json` of a diagnostics dump as the lines of `site.conf` that it was made of; `undefined` without any. */
export function siteConfigText(dumped: Readonly<Record<string, unknown>>): string | undefined {
  const lines = Object.entries(dumped).flatMap(([name, value]) =>
    name.startsWith("CONFIG_") && typeof value === "string" ? [`${name}='${value}'`] : [],
  );
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** Short names of editions, as the names of versions end with them. */
const editions: Readonly<Record<string, string>> = {
  raw: "cre",
  enterprise: "cee",
  cloud: "cce",
  managed: "cme",
  saas: "cse",
};

/** Version and edition in `general.json` of a diagnostics dump: `2.3.0p10.cee`, as a site's link says it. */
export function versionIn(general: Readonly<Record<string, unknown>>): string | undefined {
  const { version, edition } = general;
  if (typeof version !== "string" || !/^\d+\.\d+/.test(version)) return undefined;
  const known =
    /\.[a-z]+$/.test(version) || typeof edition !== "string" ? "" : `.${editions[edition.toLowerCase()] ?? edition}`;
  return `${version}${known}`;
}
