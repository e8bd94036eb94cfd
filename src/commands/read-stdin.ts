/** Files are refused beyond less than this; what comes after it is not even kept. */
const mostBytes = 50_000_000;

/** All of a stream such as standard input; of one that does not end a little more than is ever accepted. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > mostBytes) break;
  }
  return Buffer.concat(chunks);
}
