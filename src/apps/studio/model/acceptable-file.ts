/** Bytes of a picture that the server takes at most (`src/images/limits.ts`). */
export const MOST_FILE_BYTES = 64 * 1024 ** 2;

/** Types of files that can be read, and endings for files whose type the platform does not know. */
export const READABLE = ['image/jpeg', 'image/png', 'image/webp'] as const;
const READABLE_ENDING = /\.(jpe?g|png|webp)$/i;
const HEIC_ENDING = /\.(heic|heif)$/i;

/** Why a file is not sent: said before a byte of it is. */
export type Refusal = 'empty' | 'large' | 'heic' | 'format';

/** Judges a file by what is known before it is read. Its content is judged by the server. */
export function refusalOf(file: {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}): Refusal | undefined {
  if (HEIC_ENDING.test(file.name) || /hei[cf]/.test(file.type)) return 'heic';
  const isReadable =
    READABLE.some((type) => type === file.type) || (file.type === '' && READABLE_ENDING.test(file.name));
  if (!isReadable) return 'format';
  if (file.size === 0) return 'empty';
  return file.size > MOST_FILE_BYTES ? 'large' : undefined;
}
