import { storedForm } from '../../formats/format.ts';
import type { Orientation } from '../../formats/exif.ts';
import { LARGE_PIXELS, VAST_PIXELS } from '../../limits.ts';
import type { Size } from '../../masks/mask.ts';
import type { StillType } from '../../media.ts';
import { requirePixels } from '../../problems.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import { exchange } from './orientation.ts';

/** The picture of which a part is replaced. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  readonly orientation: Orientation;
  /** Pixels as displayed. */
  readonly upright: Size;
  /** Pixels as they are stored. */
  readonly stored: Size;
  readonly colours: 'grey' | 'rgb' | 'cmyk';
  readonly hasAlpha: boolean;
  /** Bits of a channel that are kept. */
  readonly depth: 8 | 16;
  readonly icc: Uint8Array | undefined;
  readonly exif: Uint8Array | undefined;
  /** Pixels an inch, where the file says it. */
  readonly density: number | undefined;
  /** Whether it has so many pixels that it is worked on alone. */
  readonly isLarge: boolean;
  /** Whether it has so many pixels that nothing is read beside it. */
  readonly isVast: boolean;
  /** Whether its decoder holds all of a large picture until the last row is read. */
  readonly isHeld: boolean;
}

/**
 * Reads what a picture is, before anything of its size is allocated.
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readSource(bytes: Uint8Array, mimeType: StillType): Promise<Source> {
  const sharp = await loadSharp();
  const metadata = await decoded(sharp(bytes, OPEN_OPTIONS).metadata());
  const stored = { width: metadata.width, height: metadata.height };
  requirePixels({ ...stored, mimeType });
  const { orientation, wholeBytes } = storedForm(bytes);
  const isLarge = stored.width * stored.height > LARGE_PIXELS;
  return {
    bytes,
    mimeType,
    orientation,
    stored,
    upright: exchange(stored, orientation),
    colours: coloursOf(metadata.space),
    hasAlpha: metadata.hasAlpha,
    depth: metadata.depth === 'ushort' ? 16 : 8,
    icc: metadata.icc,
    exif: metadata.exif,
    density: metadata.density,
    isLarge,
    isVast: stored.width * stored.height > VAST_PIXELS,
    isHeld: isLarge && wholeBytes > 0,
  };
}

function coloursOf(space: string | undefined): Source['colours'] {
  if (space === 'cmyk') return 'cmyk';
  return space === 'b-w' || space === 'grey16' ? 'grey' : 'rgb';
}

/** How sharp opens a source: its own values, without a conversion to sRGB, but for CMYK, which has to become RGB. */
export function openOptions({ colours }: Source) {
  return { ...OPEN_OPTIONS, ignoreIcc: colours !== 'cmyk' };
}
