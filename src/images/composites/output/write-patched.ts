import type { StillType } from '../../media.ts';
import { type Box } from '../box.ts';
import type { Composite, Making } from '../composite.ts';
import { UncopyableJpeg } from '../jpeg/bit-reader.ts';
import { copyBlocks } from '../jpeg/copy-blocks.ts';
import type { BaselineJpeg } from '../jpeg/parse-baseline.ts';
import { jpegLead } from '../metadata/attach-jpeg.ts';
import type { Carried } from '../metadata/carried.ts';
import { bytesOf, type Canvas } from '../pixels/canvas.ts';
import { openSource, type Source } from '../pixels/source.ts';
import { encodeCanvas, encodedInMemory, encodePixels, type Encoded, type Encoding } from './encode.ts';
import type { JpegEncoding } from './jpeg-quality.ts';

/** A source with the finished pixels of a part of it. */
export interface Patched {
  /** The source, whose bytes are read only where the part is not all of it. */
  readonly source: Source;
  /** What of the file stays. */
  readonly carried: Carried;
  /** How it is encoded where the result is a JPEG whose blocks cannot be copied. */
  readonly jpeg: JpegEncoding;
  /** The finished pixels, as they are stored. */
  readonly canvas: Canvas;
  readonly canvasBox: Box;
  /** Not 0 for each cell of 8 by 8 pixels of the canvas in which anything changed. */
  readonly touched: Uint8Array;
  readonly colours: 'grey' | 'rgb';
  readonly mimeType: StillType;
  /** The source as a JPEG whose blocks can be copied. */
  readonly baseline: BaselineJpeg | undefined;
}

/** A source with its new part, encoded. */
interface Written extends Pick<Composite, 'mimeType' | 'width' | 'height' | 'kept' | 'notes'> {
  readonly encoded: Encoded;
  /** How; what is carried over has to be attached. Undefined where that is in the bytes already. */
  readonly encoding: Encoding | undefined;
}

/**
 * Encodes the source with its new part in the orientation, the colours and the density that it has. A JPEG keeps its
 * blocks where they can be copied; PNG and WebP keep every pixel.
 */
export async function writePatched(patched: Patched, making: Making): Promise<Written> {
  const { source, carried, jpeg, mimeType } = patched;
  const { width, height } = source.upright;
  const result = { mimeType, width, height };
  const copied = copyInto(patched, jpegLead(carried), making);
  if (copied !== undefined) {
    const encoded = encodedInMemory(copied);
    return { ...result, encoded, encoding: undefined, kept: 'blocks', notes: [] };
  }
  const { canvas } = patched;
  const hasAlpha = canvas.hasAlpha && mimeType !== 'image/jpeg';
  const encoding = { mimeType, ...source.stored, hasAlpha, jpeg };
  const encoded = await encodedWhole(patched, encoding, making);
  const isClose = mimeType === 'image/jpeg' || (source.depth === 16 && mimeType === 'image/webp');
  const notes = isClose
    ? [`The picture was encoded again${jpeg.isOwn ? ' with its own tables' : ''}: PNG keeps it exactly.`]
    : [];
  return { ...result, encoded, encoding, kept: isClose ? 'close' : 'exact', notes };
}

/** The file with its untouched blocks as they are coded; undefined where they cannot be copied. */
function copyInto(
  { source, canvas, canvasBox, touched, baseline }: Patched,
  lead: readonly Uint8Array[],
  { check }: Making,
): Uint8Array | undefined {
  const { channels, depth } = canvas;
  if (baseline === undefined || depth !== 8 || (channels !== 1 && channels !== 3)) return undefined;
  try {
    return copyBlocks(source.bytes, baseline, {
      patch: { box: canvasBox, rows: (top, bottom) => bytesOf(canvas.rows(top, bottom)), channels, touched },
      lead,
      check,
    });
  } catch (error) {
    if (error instanceof UncopyableJpeg) return undefined;
    throw error;
  }
}

/** A canvas of the whole picture, or the picture with the canvas laid over it. */
async function encodedWhole({ source, canvas, canvasBox }: Patched, encoding: Encoding, making: Making) {
  const { width, height, channels } = canvas;
  if (width === source.stored.width && height === source.stored.height) return encodeCanvas(canvas, encoding, making);
  const raw = { width, height, channels };
  const { left, top } = canvasBox;
  const { buffer, byteOffset, byteLength } = canvas.rows(0, height);
  // Pixels outside of an opaque layer keep their values; with alpha or 16 bits they would not (such a canvas is whole).
  const pixels = (await openSource(source))
    .toColourspace('srgb')
    .composite([{ input: Buffer.from(buffer, byteOffset, byteLength), raw, left, top }])
    .removeAlpha();
  return encodePixels(pixels, encoding, making);
}
