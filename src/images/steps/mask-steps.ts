import { measureCoverage, type Coverage } from '../masks/coverage.ts';
import { decodeAlpha, decodeLuminance, isTransparent, readHeader } from '../masks/decode.ts';
import { encodeMask, scaleMask } from '../masks/encode.ts';
import type { Mask, Size } from '../masks/mask.ts';
import { renderOverlay } from '../masks/overlay/overlay.ts';
import type { YieldNow } from '../masks/pace.ts';
import { MOST_UNDECIDED, readGivenMask, readHole, type GivenMask } from '../masks/read-mask.ts';
import { invert, join } from '../masks/refining/combine.ts';
import { reclaimLarge } from '../reclaim.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import { openedBy, type Opened, type OpenedOrder } from './compose-mask.ts';

/** A picture that is to be used as a mask, and what is to be known of it. */
export interface ReadMaskOrder {
  readonly bytes: Uint8Array;
  /** `mask`: an earlier mask; `given`: any picture; `hole`: what is transparent in it. */
  readonly as: 'mask' | 'given' | 'hole';
  readonly opened?: OpenedOrder | undefined;
}

/** A mask that was read. */
export interface ReadMask {
  /** The mask as it is stored; undefined of an earlier one, which is stored, and of a picture that is no mask. */
  readonly png: Uint8Array | undefined;
  readonly coverage: Coverage;
  readonly by: GivenMask['by'];
  readonly undecided: number;
  readonly opened: Opened | undefined;
}

/**
 * Reads a picture as a mask.
 * @returns undefined where a hole was wanted, and nothing is transparent
 * @throws Problem `picture_too_large`, `undecodable_picture`
 */
export async function readMaskStep(order: ReadMaskOrder, yieldNow: YieldNow): Promise<ReadMask | undefined> {
  const found = await readAs(order, yieldNow);
  if (found === undefined) return undefined;
  const { mask, by, undecided } = found;
  const coverage = await measureCoverage(mask, yieldNow);
  const isMask = undecided <= MOST_UNDECIDED;
  const png = order.as === 'mask' || !isMask ? undefined : await encodeMask(mask);
  const opened = order.opened && isMask ? await openedBy(mask, order.opened, yieldNow) : undefined;
  return { png, coverage, by, undecided, opened };
}

async function readAs({ bytes, as }: ReadMaskOrder, yieldNow: YieldNow): Promise<GivenMask | undefined> {
  if (as === 'given') return readGivenMask(bytes, yieldNow);
  if (as === 'mask') return { mask: await decodeLuminance(bytes), by: 'brightness', undecided: 0 };
  const hole = await readHole(bytes, yieldNow);
  return hole && { mask: hole, by: 'transparency', undecided: 0 };
}

/** A stored mask in the size of a copy of its picture, inverted where it is used so, as PNG. */
export async function scaledMaskStep(
  { bytes, isInverted, size }: { readonly bytes: Uint8Array; readonly isInverted: boolean; readonly size: Size },
  yieldNow: YieldNow,
): Promise<Uint8Array> {
  return encodeMask(await scaleMask(await usedMask(bytes, isInverted, yieldNow), size));
}

/** A stored mask on its picture. @throws Problem as `renderOverlay` */
export async function overlayStep(
  { picture, mask, isInverted = false, limits }: OverlayOrder,
  yieldNow: YieldNow,
): ReturnType<typeof renderOverlay> {
  const opens = await usedMask(mask, isInverted, yieldNow);
  await reclaimLarge(opens);
  return renderOverlay(picture, opens, limits, yieldNow);
}

interface OverlayOrder {
  readonly picture: Uint8Array;
  readonly mask: Uint8Array;
  readonly isInverted?: boolean;
  readonly limits: Parameters<typeof renderOverlay>[2];
}

async function usedMask(bytes: Uint8Array, isInverted: boolean, yieldNow: YieldNow): Promise<Mask> {
  const mask = await decodeLuminance(bytes);
  return isInverted ? invert(mask, yieldNow) : mask;
}

/** Whether any pixel of a picture is not opaque. */
export function isTransparentStep({ bytes }: { readonly bytes: Uint8Array }): Promise<boolean> {
  return isTransparent(bytes);
}

/** The part of a picture that a mask opens, upright, as PNG with transparency around it. What is transparent already stays so. */
export async function cutOutStep(
  { bytes, mask }: { readonly bytes: Uint8Array; readonly mask: Uint8Array },
  yieldNow: YieldNow,
): Promise<Uint8Array> {
  const open = await decodeLuminance(mask);
  const own = (await readHeader(bytes)).hasAlpha ? await decodeAlpha(bytes) : undefined;
  const alpha = own ? await join(open, 'intersect', own, yieldNow) : open;
  await reclaimLarge(alpha);
  const sharp = await loadSharp();
  // In two steps: sharp joins channels before it removes any.
  const colours = sharp(bytes, OPEN_OPTIONS).autoOrient().toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
  const { data, info } = await colours.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } })
    .joinChannel(Buffer.from(alpha.data), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}
