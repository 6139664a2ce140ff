import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sharp } from 'sharp';
import { storedForm } from '../../formats/format.ts';
import type { Orientation } from '../../formats/exif.ts';
import { LARGE_PIXELS, VAST_PIXELS } from '../../limits.ts';
import type { Size } from '../../masks/mask.ts';
import type { StillType } from '../../media.ts';
import { requirePixels } from '../../problems.ts';
import { decoded, loadSharp, OPEN_OPTIONS } from '../../sharp.ts';
import type { Making } from '../composite.ts';
import { exchange } from './orientation.ts';

/** The picture of which a part is replaced. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
  /** A private file of its pixels, in place of the bytes. */
  readonly file?: string;
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

/**
 * A source of which the decoder holds all is decoded once, into a private file that decoders read row by row: nothing is held
 * beside the decoder then, and every reading after this one is a cheap one. Any other source is as it was; so is this one where
 * the disk has no place for it.
 * @param folder where private temporary folders may be made
 * @throws what `work` throws
 */
export async function withRows<Result>(
  source: Source,
  folder: string,
  work: (source: Source) => Promise<Result>,
): Promise<Result> {
  if (!source.isHeld) return work(source);
  const own = await mkdtemp(path.join(folder, 'firefly-source-')).catch(() => undefined);
  if (own === undefined) return work(source);
  try {
    return await work(await inRows(source, path.join(own, 'source.png')));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function inRows(source: Source, file: string): Promise<Source> {
  const [grey, rgb] = source.depth === 16 ? (['grey16', 'rgb16'] as const) : (['b-w', 'srgb'] as const);
  const picture = (await openSource(source)).toColourspace(source.colours === 'grey' ? grey : rgb);
  try {
    await picture.png({ compressionLevel: 0, palette: false }).toFile(file);
    return { ...source, file, isHeld: false };
  } catch {
    return source;
  }
}

/** Lets go of the bytes and the file of a source that is read no more. */
export async function letGo({ bytes, file }: Source, { free }: Pick<Making, 'free'>): Promise<void> {
  free?.(bytes);
  if (file !== undefined) await rm(file, { force: true });
}

/** Opens the pixels of a source as they are stored. */
export async function openSource(source: Source): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(source.file ?? source.bytes, openOptions(source));
}

/** How sharp opens a source: its own values, without a conversion to sRGB, but for CMYK, which has to become RGB. */
function openOptions({ colours }: Source) {
  return { ...OPEN_OPTIONS, ignoreIcc: colours !== 'cmyk' };
}
