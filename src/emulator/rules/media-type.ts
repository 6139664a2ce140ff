import { UPLOAD_MIME_TYPES, type UploadMimeType } from '../../firefly/contract/upload.ts';

/** First bytes of each type, in hex; a dot matches any digit. */
const SIGNATURES: Readonly<Record<UploadMimeType, RegExp>> = {
  'image/jpeg': /^ffd8ff/,
  'image/png': /^89504e470d0a1a0a/,
  // RIFF, four bytes of length, WEBP.
  'image/webp': /^52494646.{8}57454250/,
  // Little and big endian, each in the classic form and as BigTIFF.
  'image/tiff': /^(4949(2a|2b)00|4d4d00(2a|2b))/,
  // A bare codestream (ISO/IEC 18181-1), or in its container (18181-2).
  'image/jxl': /^(ff0a|0000000c4a584c200d0a870a)/,
};

/** Type of a picture by its first bytes; undefined for types that cannot be uploaded. */
export function mediaTypeOf(bytes: Uint8Array): UploadMimeType | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return UPLOAD_MIME_TYPES.find((type) => SIGNATURES[type].test(head));
}
