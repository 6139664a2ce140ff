/**
 * Frees the memory of bytes at once, also while other objects refer to them; their length is 0 from then on. A reference
 * that is given up alone would free them with the next garbage collection, for which native work on pictures gives no
 * cause. Bytes that are a part of a larger memory stay.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  // Handed over to a port that no thread reads: until Node 22 no array buffer can be emptied otherwise.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(undefined, [buffer]);
  port1.close();
  port2.close();
}
