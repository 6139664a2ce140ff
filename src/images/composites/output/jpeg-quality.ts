import { readBytes } from '../../formats/bytes.ts';
import { jpegSegments } from '../../formats/jpeg.ts';
import { ZIGZAG } from '../jpeg/tables.ts';

/** Typical quantisation steps of ITU-T T.81, annex K.1, in rows of eight. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** How a JPEG is encoded again where its blocks cannot be copied. */
export interface JpegEncoding {
  readonly quality: number;
  readonly chromaSubsampling: '4:2:0' | '4:4:4';
  /** Whether these are the steps of the source itself. */
  readonly isOwn: boolean;
}

/** For sources whose steps no quality names: differences are hard to see. */
export const HIGH_QUALITY: JpegEncoding = { quality: 95, chromaSubsampling: '4:4:4', isOwn: false };

/** The encoding with the source's own steps, where they are the typical ones scaled to a quality; else a high quality. */
export function encodingLike(bytes: Uint8Array): JpegEncoding {
  const reader = readBytes(bytes);
  let quality: number | undefined;
  let halved = false;
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (marker === 0xdb && reader.u8(from + 4) === 0) quality ??= qualityOf(bytes.subarray(from + 5, from + 69));
    if (marker >= 0xc0 && marker <= 0xc2 && to > from + 11) halved = reader.u8(from + 11) === 0x22;
  }
  if (quality === undefined) return HIGH_QUALITY;
  return { quality, chromaSubsampling: halved ? '4:2:0' : '4:4:4', isOwn: true };
}

function qualityOf(steps: Uint8Array): number | undefined {
  for (let quality = 100; quality >= 1; quality--) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    const fits = steps.every((step, place) => {
      const typical = LUMINANCE[ZIGZAG[place] ?? 0] ?? 0;
      return step === Math.min(Math.max(Math.floor((typical * scale + 50) / 100), 1), 255);
    });
    if (fits) return quality;
  }
  return undefined;
}
