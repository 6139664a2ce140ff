import { UPLOAD_MIME_TYPES, type UploadMimeType } from '../firefly/contract/upload.ts';

/** What a file of each type begins with; `.` stands for any byte. Latin-1. */
const SIGNATURES: Readonly<Record<UploadMimeType, readonly RegExp[]>> = {
  'image/jpeg': [/^\xff\xd8\xff/s],
  'image/png': [/^\x89PNG\r\n\x1a\n/s],
  'image/webp': [/^RIFF....WEBP/s],
  // Little and big endian, each in the classic form and as BigTIFF.
  'image/tiff': [/^II[\x2a\x2b]\0/s, /^MM\0[\x2a\x2b]/s],
  // A bare codestream (ISO/IEC 18181-1), or in its container (18181-2).
  'image/jxl': [/^\xff\x0a/s, /^\0\0\0\x0cJXL \r\n\x87\n/s],
};

/** The type of a picture by its first bytes; undefined for anything that cannot be uploaded. */
export function mediaTypeOf(bytes: Uint8Array): UploadMimeType | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return UPLOAD_MIME_TYPES.find((type) => SIGNATURES[type].some((signature) => signature.test(head)));
}
