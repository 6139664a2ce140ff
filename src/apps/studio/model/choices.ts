import { ratioOf } from './frames.ts';

/** What one model can make, as `firefly://models` says. */
export interface Model {
  readonly model: string;
  readonly sizes?: readonly string[];
  readonly resolutions?: readonly string[];
  readonly aspect_ratios: readonly string[];
  readonly most_pictures: number;
  readonly longest_prompt: number;
  /** Set where the model is chosen in another way. */
  readonly note?: string;
}

/** What a person has picked; every field is legal for the model. */
export interface Picks {
  readonly model: string;
  readonly size: string;
  readonly ratio: string;
  readonly resolution: string;
  readonly count: number;
}

/** Resolution that a model of resolutions begins with. */
const USUAL_RESOLUTION = '2.4MP';

/** Whether a model is one of resolutions and ratios (Image 5); such models take words alone, and one picture a call. */
export function isByResolution({ resolutions }: Model): boolean {
  return resolutions !== undefined;
}

/**
 * Moves what was picked to the nearest that a model can make: the size of the nearest shape, then of the nearest area, the
 * most pictures that it makes.
 */
export function legalFor(model: Model, picks: Partial<Picks>): Picks {
  const { sizes = [], resolutions = [], aspect_ratios: ratios } = model;
  const wanted = picks.size ?? '2048x2048';
  const size = sizes.includes(wanted) ? wanted : (nearestSize(sizes, wanted) ?? wanted);
  const ratio =
    picks.ratio !== undefined && ratios.includes(picks.ratio) ? picks.ratio : (nearestRatio(ratios, size) ?? '1:1');
  const usual = resolutions.includes(USUAL_RESOLUTION) ? USUAL_RESOLUTION : (resolutions[0] ?? '');
  return {
    model: model.model,
    size,
    ratio,
    resolution: picks.resolution !== undefined && resolutions.includes(picks.resolution) ? picks.resolution : usual,
    count: Math.min(model.most_pictures, Math.max(1, picks.count ?? 1)),
  };
}

function nearestSize(sizes: readonly string[], wanted: string): string | undefined {
  const far = (size: string): number =>
    Math.abs(Math.log(ratioOf(size) / ratioOf(wanted))) + Math.abs(Math.log(areaOf(size) / areaOf(wanted))) / 100;
  return sizes.toSorted((a, b) => far(a) - far(b))[0];
}

/** The ratio of these that is nearest to the shape of a size such as "2688x1536". */
export function nearestRatio(ratios: readonly string[], size: string): string | undefined {
  const far = (ratio: string): number => Math.abs(Math.log(shapeOf(ratio) / ratioOf(size)));
  return ratios.toSorted((a, b) => far(a) - far(b))[0];
}

function areaOf(size: string): number {
  const [width = 1, height = 1] = size.split('x').map(Number);
  return width * height;
}

/** Width by height of a ratio such as "16:9". */
export function shapeOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}

/** Seeds as a person writes them, apart from each other; undefined where they are no whole numbers. */
export function seedsOf(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  return parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : undefined;
}
