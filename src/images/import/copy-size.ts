import type { StillType } from '../media.ts';
import type { Size } from '../size.ts';

/** What the receiver of a copy takes. An absent limit is not checked. */
export interface CopyLimits {
  readonly mostBytes: number;
  /** Formats that the copy may have, the preferred one for conversions first. */
  readonly formats: readonly StillType[];
  /** Width times height. */
  readonly pixels?: Range | undefined;
  readonly longerSide?: Range | undefined;
  readonly shorterSide?: Range | undefined;
  /** The longer side divided by the shorter one. */
  readonly mostRatio?: number | undefined;
  /** The copy has the very pixels of the picture: encoded without loss where it has to be, and never scaled. */
  readonly lossless?: boolean | undefined;
}

/** Both ends belong to the range. */
interface Range {
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** What limits a size, and the factor of its sides by the factor of the measure. */
const MEASURES = [
  { name: 'pixels', of: ({ width, height }: Size) => width * height, root: Math.sqrt },
  { name: 'longerSide', of: ({ width, height }: Size) => Math.max(width, height), root: Number },
  { name: 'shorterSide', of: ({ width, height }: Size) => Math.min(width, height), root: Number },
] as const;

/**
 * The size nearest to a picture's own that keeps within the limits, in its own ratio up to a pixel. Undefined where its
 * ratio leaves none.
 */
export function sizeWithin(picture: Size, limits: CopyLimits): Size | undefined {
  const longer = Math.max(picture.width, picture.height);
  if (longer > Math.min(picture.width, picture.height) * (limits.mostRatio ?? Infinity)) return undefined;
  const grown = Math.max(1, ...MEASURES.map(({ name, of, root }) => root((limits[name]?.least ?? 0) / of(picture))));
  const shrunk = MEASURES.map(({ name, of, root }) => root((limits[name]?.most ?? Infinity) / of(picture)));
  const factor = Math.min(grown, ...shrunk);
  const sizes = [Math.round, Math.ceil, Math.floor].map((round) => scaled(picture, factor, round));
  return sizes.find((size) => isWithin(size, limits));
}

/** Whether a size keeps within the limits of sides and pixels. */
export function isWithin(size: Size, limits: CopyLimits): boolean {
  return MEASURES.every(({ name, of }) => {
    const { least = 0, most = Infinity } = limits[name] ?? {};
    return of(size) >= least && of(size) <= most;
  });
}

function scaled({ width, height }: Size, factor: number, round: (pixels: number) => number): Size {
  return { width: Math.max(1, round(width * factor)), height: Math.max(1, round(height * factor)) };
}
