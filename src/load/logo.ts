import { SaxesParser } from "saxes";
import { logoLimit } from "../model/topology/report-head.ts";
import { decodeText, readBytes } from "./text-file.ts";

/** How a picture of each kind begins: PNG specification 5.2, JPEG (ITU-T T.81, B.1.1.3). */
const magics: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
];

/** Reads a logo as a data URI, or gives a sentence that says why there is none. PNG, JPEG and plain SVG are taken. */
export async function readLogo(path: string): Promise<{ uri: string } | { problem: string }> {
  const bytes = await readBytes(path, logoLimit);
  if (typeof bytes === "string") return { problem: bytes };
  const [kind] = magics.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte)) ?? [];
  const problem = kind === undefined ? whyNoSvg(bytes) : undefined;
  if (problem !== undefined) return { problem };
  return { uri: `data:${kind ?? "image/svg+xml"};base64,${Buffer.from(bytes).toString("base64")}` };
}

const noPicture = "this is no PNG, JPEG or SVG; name a logo in one of these formats";

/**
 * An SVG that runs or loads nothing, else the reason. A browser runs no script of a picture in `<img>` (SVG 2, secure
 * static mode), but the same file may be opened by itself, so one that brings scripts is not passed on.
 */
function whyNoSvg(bytes: Uint8Array): string | undefined {
  let offence: string | undefined;
  let root: string | undefined;
  const refuse = (what: string): void => void (offence ??= `this SVG has ${what}; save it as plain SVG`);
  const parser = new SaxesParser({ xmlns: true });
  parser.on("doctype", (doctype) => {
    if (doctype.includes("[")) refuse("entities of its own");
  });
  parser.on("processinginstruction", ({ target }) => refuse(`an instruction (${target})`));
  parser.on("opentag", ({ local, attributes }) => {
    root ??= local;
    if (["script", "foreignObject", "iframe", "handler"].includes(local)) refuse(`the element ${local}`);
    for (const { local: name, value } of Object.values(attributes)) {
      if (/^on/i.test(name)) refuse(`the script ${name}`);
      if (name === "href" && !/^(?:#|data:image\/(?:png|jpeg);)/.test(value.trim())) refuse("a link to another file");
      if (loadsMore(value)) refuse("a link to another file");
    }
  });
  parser.on("text", (text) => {
    if (loadsMore(text)) refuse("a link to another file");
  });
  try {
    parser.write(decodeText(bytes, "logo")).close();
  } catch {
    return noPicture;
  }
  return root === "svg" ? offence : noPicture;
}

/** Styles may name files too: `url(…)` of anything but a part of the same picture, and `@import`. */
const loadsMore = (text: string): boolean => /url\(\s*["']?(?!#|["'\s])|@import|javascript:/i.test(text);
