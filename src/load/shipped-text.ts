import { embeddedFile } from "./embedded.ts";
import { readDocumentText } from "./yaml/document.ts";

/** The text of a document that comes with portmatrix; throws an `InputError` as `readDocumentText` does. */
export async function readShippedText(path: string): Promise<string> {
  const bytes = embeddedFile(path);
  return bytes === undefined ? readDocumentText(path) : new TextDecoder().decode(bytes);
}
