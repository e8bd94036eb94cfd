/** `2.2 The Checkmk server`; sections of the topology itself have no number to show. */
export function headingOf({ id, title }: { id: string; title: string }): string {
  return /^\d/.test(id) ? `${id} ${title}` : title;
}
