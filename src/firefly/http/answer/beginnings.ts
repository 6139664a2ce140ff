/** The bytes that pictures, videos and documents with pictures begin with, as Latin-1 text; some have a length before. */
// Control characters are what some of them begin with.
const BEGINNINGS =
  // oxlint-disable-next-line no-control-regex
  /^(\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF[^]{4}WEBP|[^]{4}ftyp|II\*\0|MM\0\*|BM[^]{4}\0\0|8BPS|\xff\x0a|\0\0\0\x0cJXL |\x1aE\xdf\xa3|%PDF-)/;

/** Bytes that `beginsAsResult` needs. */
export const BEGINNING_BYTES = 12;

/** Whether bytes begin as the file of a result, in a format that is read or not; they are not decoded. */
export function beginsAsResult(bytes: Uint8Array): boolean {
  return BEGINNINGS.test(Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString('latin1'));
}
