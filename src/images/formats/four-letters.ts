/**
 * The type of a chunk or box as the number in the file (big-endian): a hostile file has millions of them, and comparing
 * numbers makes no texts.
 */
export function fourLetters(letters: string): number {
  return Buffer.from(letters, 'latin1').readUInt32BE(0);
}
