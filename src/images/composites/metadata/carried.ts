import { readBytes } from '../../formats/bytes.ts';
import { fourLetters } from '../../formats/four-letters.ts';
import { jpegSegments } from '../../formats/jpeg.ts';
import { pngChunks } from '../../formats/png.ts';
import type { StillType } from '../../media.ts';
import { carryExif } from './carry-exif.ts';

/** What a composite keeps of its source besides pixels. Everything else is left out, as it may be untrue of the result. */
export interface Carried {
  readonly icc: Uint8Array | undefined;
  /** A TIFF block. */
  readonly exif: Uint8Array | undefined;
  /** Pixels an inch. */
  readonly density: number | undefined;
  /** The density of a JPEG as its JFIF segment tells it, without a thumbnail. */
  readonly jfif: Uint8Array | undefined;
  /** Chunks of a PNG that say how its colours and its density are meant. */
  readonly chunks: readonly Uint8Array[];
}

/** Chunks of a PNG that stay beside a profile. */
const CHUNKS: ReadonlySet<number> = new Set(['gAMA', 'cHRM', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'pHYs'].map(fourLetters));

export interface CarriedFrom {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  readonly icc: Uint8Array | undefined;
  readonly exif: Uint8Array | undefined;
  readonly density: number | undefined;
}

/**
 * Chooses what a composite keeps.
 * @param colours those of the result: a profile for other ones is left out
 * @param upright whether pixels were turned as the orientation says
 */
export function carry(
  { bytes, mimeType, icc, exif, density }: CarriedFrom,
  { colours, upright }: { readonly colours: 'grey' | 'rgb'; readonly upright: boolean },
): Carried {
  const space = icc === undefined ? '' : readBytes(icc).text(16, 4);
  const fits = space === (colours === 'grey' ? 'GRAY' : 'RGB ');
  return {
    icc: fits ? icc : undefined,
    exif: exif === undefined ? undefined : carryExif(exif, { upright }),
    density,
    jfif: mimeType === 'image/jpeg' ? jfifOf(bytes) : undefined,
    chunks: mimeType === 'image/png' ? chunksOf(bytes) : [],
  };
}

function jfifOf(bytes: Uint8Array): Uint8Array | undefined {
  const reader = readBytes(bytes);
  for (const { marker, from } of jpegSegments(bytes)) {
    if (marker !== 0xe0 || reader.text(from + 4, 5) !== 'JFIF\0') continue;
    // Version, unit and density; then the size of the thumbnail: none.
    return Uint8Array.of(0xff, 0xe0, 0, 16, ...bytes.subarray(from + 4, from + 16), 0, 0);
  }
  return undefined;
}

function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(pngChunks(bytes))
    .filter(({ type }) => CHUNKS.has(type))
    .map(({ from, to }) => bytes.slice(from, to));
}
