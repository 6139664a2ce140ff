import { GenerateVideosRequestV3 } from '../../../firefly/contract/paid/generate-videos.ts';
import * as errors from '../../http/errors/errors.ts';
import { readJson } from '../../http/errors/validation.ts';
import { applyTriggerWords, seedsOf } from '../../rules/job-request.ts';
import { SIZES_OF_VIDEOS } from '../../rules/sizes.ts';
import { checkFrame } from '../../rules/sources.ts';
import type { ImageJob } from './image-job.ts';

interface Input {
  readonly prompt: string;
  readonly seeds: readonly number[];
  readonly size: { readonly width: number; readonly height: number };
}

const MODEL = 'video1_standard';

/** A video of five seconds: a recording in the size asked for, which shows neither prompt nor frames. */
export const generateVideos: ImageJob<Input> = {
  id: 'generateVideoV3',
  path: '/v3/videos/generate',
  read: async (call) => {
    const { headers, context } = call;
    const form = context.settings.schemaErrors;
    // OpenAPI: the header is required, and has one value.
    const model = headers['x-model-version'];
    if (model !== MODEL) throw errors.modelVersion(model === undefined ? undefined : String(model), [MODEL]);
    const body = readJson(call.body, GenerateVideosRequestV3, form);
    const { prompt = '', image: { conditions = [] } = {} } = body;
    // Adobe's SDK: some parameter is required.
    if (prompt.trim() === '' && conditions.length === 0) throw errors.semantic('A prompt or an image is required');
    const [size] = body.sizes;
    if (
      size === undefined ||
      !SIZES_OF_VIDEOS.some(([width, height]) => width === size.width && height === size.height)
    ) {
      throw errors.sizeNotOffered(SIZES_OF_VIDEOS, form);
    }
    for (const { source } of conditions) await checkFrame(source, context);
    return { prompt, seeds: seedsOf(body, call), size };
  },
  plan: ({ prompt, seeds, size }) => {
    const behaviour = applyTriggerWords(prompt, 'v3');
    const common = { prompt, style: MODEL, ...size, format: 'jpeg', clip: true } as const;
    return {
      prompt,
      model: MODEL,
      pictures: seeds.map((seed) => ({ ...common, seed })),
      ...size,
      behaviour,
      results: 'video',
    };
  },
};
