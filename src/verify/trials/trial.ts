import type { OperationId } from '../../firefly/types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import type { ImageImport } from '../../images/import/image-import.ts';
import type { Chart } from '../../images/chart/chart.ts';
import type { Size } from '../../images/size.ts';
import type { Box } from '../../images/composites/box.ts';
import { placeOf, type AdobeRequest } from '../../jobs/model/requests/adobe-request.ts';
import * as charts from './charts.ts';

/** A paid request of `verify`. Each asks for one picture. */
export interface PaidTrial {
  /** What is sent, for people. */
  readonly what: string;
  readonly operation: OperationId;
  /** Where the price depends on it. */
  readonly size?: Size;
  /** By which its answers are told apart from those of other jobs. A repeated run asks for the same, and so attaches. */
  readonly seed: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Measured against the answer, with the boxes whose difference is wanted. */
  readonly measure?: { readonly chart: () => Promise<Chart>; readonly boxes: readonly Box[] };
  readonly request: (store: ImageImport['store']) => Promise<PaidRequest>;
}

const SEED = 1_126_000;
/** The cheapest one that is no square. */
const VIDEO: Size = { width: 960, height: 540 };
const NO_UPLOAD = { uploadId: '00000000-0000-4000-8000-000000000000' };

export type TrialId = 'fill' | 'lost-upload' | 'image5' | 'upscale' | 'similar' | 'expand' | 'composite' | 'video';

/** Every paid request, in the order in which they are sent: by what they settle for their cost. */
export const TRIALS: Readonly<Record<TrialId, PaidTrial>> = {
  fill: {
    what: 'a fill of a chart of 1152x896 with a mask, as PNG',
    operation: 'fillImagesV3Async',
    seed: SEED,
    headers: { 'x-accept-mimetype': 'image/png' },
    measure: { chart: charts.fillChart, boxes: [charts.WHITE, charts.GREY, charts.MIRRORED] },
    request: async (store) => {
      const chart = await charts.fillChart();
      const [image, mask] = [await store(chart.picturePng), await store(chart.maskPng)];
      const body = {
        image: { source: placeOf(image) },
        mask: { source: placeOf(mask) },
        prompt: 'a plain flat surface of bright red paint',
        seeds: [SEED],
        size: { width: chart.width, height: chart.height },
      };
      return { ...asking({ operation: 'fillImagesV3Async', model: undefined, body }), pictures: [image, mask] };
    },
  },
  'lost-upload': {
    what: 'a fill of a picture whose upload id does not exist, which should be refused',
    operation: 'fillImagesV3Async',
    seed: SEED + 1,
    request: async () => {
      const body = { image: { source: NO_UPLOAD }, mask: { source: NO_UPLOAD }, prompt: 'a tree', seeds: [SEED + 1] };
      return asking({ operation: 'fillImagesV3Async', model: undefined, body });
    },
  },
  image5: {
    what: 'a picture of Image 5 at 1MP and 16:9',
    operation: 'generateImagesV4Async',
    seed: SEED + 2,
    request: async () => {
      const body = {
        prompt: 'a tree on a hill',
        aspectRatio: '16:9',
        resolutionLevel: '1MP',
        seeds: [SEED + 2],
      } as const;
      return asking({ operation: 'generateImagesV4Async', model: 'image5', body });
    },
  },
  upscale: {
    what: 'a chart of 1024x256, enlarged six times to 6144 pixels',
    operation: 'preciseUpsamplerV3Async',
    seed: SEED + 3,
    request: async (store) => {
      const image = await store((await charts.longChart()).picturePng);
      const body = { image: { source: placeOf(image) }, seeds: [SEED + 3], upscaleFactor: 6 } as const;
      const request = { operation: 'preciseUpsamplerV3Async', model: 'precise_upsampler_v1', body } as const;
      return { ...asking(request), pictures: [image] };
    },
  },
  similar: {
    what: 'a variation by Image 4 at 1024x1024',
    operation: 'generateSimilarImagesV3Async',
    seed: SEED + 4,
    request: async (store) => {
      const image = await store((await charts.innerChart()).picturePng);
      const body = { image: { source: placeOf(image) }, seeds: [SEED + 4], size: { width: 1024, height: 1024 } };
      const request = { operation: 'generateSimilarImagesV3Async', model: 'image4_standard', body } as const;
      return { ...asking(request), pictures: [image] };
    },
  },
  expand: {
    what: 'an expansion of a chart by a mask of 1024x1024 that is open inside of the chart too',
    operation: 'expandImagesV3Async',
    seed: SEED + 5,
    measure: { chart: charts.expandChart, boxes: [charts.HOLE] },
    request: async (store) => {
      const [image, mask] = [
        await store((await charts.innerChart()).picturePng),
        await store((await charts.expandChart()).maskPng),
      ];
      const body = {
        image: { source: placeOf(image) },
        mask: { source: placeOf(mask) },
        prompt: 'a plain flat surface of bright red paint',
        seeds: [SEED + 5],
      };
      return { ...asking({ operation: 'expandImagesV3Async', model: undefined, body }), pictures: [image, mask] };
    },
  },
  composite: {
    what: 'a precise composite of a red square into a chart of 1152x896, where a mask is white, as PNG',
    operation: 'preciseComposite',
    seed: SEED + 6,
    measure: { chart: charts.compositeChart, boxes: [charts.WHITE] },
    request: async (store) => {
      const chart = await charts.compositeChart();
      const [image, mask, object] = [
        await store(chart.picturePng),
        await store(chart.maskPng),
        await store(await charts.redSquare()),
      ];
      const body = {
        background: { image: { source: placeOf(image) }, fillAreaMask: { source: placeOf(mask) } },
        object: { image: { source: placeOf(object) } },
        numVariations: 1,
        seeds: [SEED + 6],
        output: { mediaType: 'image/png' },
      } as const;
      const request = { operation: 'preciseComposite', model: undefined, body } as const;
      return { ...asking(request), pictures: [image, mask, object] };
    },
  },
  video: {
    what: 'a video of 960x540',
    operation: 'generateVideoV3',
    size: VIDEO,
    seed: SEED + 7,
    request: async () => {
      const body = { prompt: 'a tree on a hill in the wind', sizes: [VIDEO], seeds: [SEED + 7] };
      return { ...asking({ operation: 'generateVideoV3', model: 'video1_standard', body }), size: VIDEO };
    },
  },
};
export const TRIAL_IDS = Object.keys(TRIALS) as readonly TrialId[];

const TOOL = 'verify';

function asking(request: AdobeRequest<OperationId>): PaidRequest {
  return { ...request, tool: TOOL, count: 1, size: undefined, facts: { tool: TOOL }, warnings: [] };
}
