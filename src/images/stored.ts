import type { BlobRef } from './blobs/blob-store.ts';
import type { Measured } from './formats/format.ts';
import type { StillType } from './media.ts';

// What work on pixels has to know of pictures; all else that the room promises is in types.ts.

/**
 * Origin of a picture: made by Adobe, painted by Adobe for an edit whose composite is the generated picture, drawn as a
 * mask, or given by the user. `last` never names an import.
 */
export type ImageKind = 'generated' | 'painted' | 'mask' | 'import';

/** A content of the blob store with its facts, durable. Pixels are those of the displayed picture. */
export type StoredBytes = BlobRef & Measured;

/** A picture that does not move. */
export type Still<Picture extends StoredBytes = StoredBytes> = Picture & { readonly mimeType: StillType };

/** A small rendition for people and models to see. */
export interface Preview {
  readonly data: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
}
