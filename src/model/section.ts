/** True for the id of a section that is a number of the vendor's document: `2.2`. A topology's own sections have none. */
export const isNumbered = (id: string): boolean => /^\d/.test(id);

/** `2.2 The Checkmk server`; the title alone where the id is no number of the document. */
export function sectionName({ id, title }: { id: string; title: string }, gap = " "): string {
  return isNumbered(id) ? `${id}${gap}${title}` : title;
}
