import type { z } from 'zod';
import { AcceptRunning } from '../../../firefly/contract/accept.ts';
import { AdaptiveCompositeRequest, PreciseCompositeRequest } from '../../../firefly/contract/paid/composites.ts';
import type { Composite, PictureFormat } from '../../drawing/picture.ts';
import * as errors from '../../http/errors/errors.ts';
import * as pictureErrors from '../../http/errors/picture-errors.ts';
import { readJson } from '../../http/errors/validation.ts';
import { keptBy, sizeOf } from '../../rules/given-pixels.ts';
import { accept, applyTriggerWords, linksOf, seedsOf } from '../../rules/job-request.ts';
import { pictureOf } from '../../rules/sources.ts';
import { PAID_SUBMIT } from './image-job.ts';
import { defineOperation } from '../operation.ts';

/** OpenAPI: without seeds these, so that equal requests make equal pictures. */
const DEFAULT_SEEDS = [333, 222, 111];
/** The default is not documented; JPEG XL is not drawn here. */
const FORMATS: Readonly<Record<string, PictureFormat>> = { 'image/png': 'png', 'image/webp': 'webp' };

interface Input {
  readonly seeds: readonly number[];
  readonly size: { readonly width: number; readonly height: number };
  readonly format: PictureFormat;
  readonly composite: Composite;
}

/** An object in a picture: where the mask is white. The response is 202 with a status, and the result has no size. */
function placedComposite(
  id: 'preciseComposite' | 'adaptiveComposite',
  path: string,
  schema: z.ZodType<z.infer<typeof PreciseCompositeRequest | typeof AdaptiveCompositeRequest>>,
) {
  return defineOperation<Input>({
    ...PAID_SUBMIT,
    id,
    path,
    answers: { 202: AcceptRunning },
    read: async (call) => {
      const { context } = call;
      const strictness = { unknownKeys: 'ignored', uploadIds: 'uuid' } as const;
      const body = readJson(call.body, schema, context.settings.schemaErrors, strictness);
      const given = { seeds: DEFAULT_SEEDS.slice(0, body.numVariations ?? 1), ...body };
      const background = pictureOf(body.background.image.source, context);
      const mask = pictureOf(body.background.fillAreaMask.source, context);
      const object = pictureOf(body.object.image.source, context);
      const size = await sizeOf(background, 'image');
      await sizeOf(object, 'image');
      const white = await keptBy({ picture: mask, invert: true });
      // Ours: Adobe documents no size of the mask.
      if (white.size.width !== size.width || white.size.height !== size.height) {
        throw pictureErrors.maskSize(white.size, size);
      }
      if (white.kept === undefined) throw errors.semantic('The mask has no white pixels');
      const format = FORMATS[body.output?.mediaType ?? ''] ?? 'jpeg';
      const { drift } = context.settings;
      const composite = { object, background: { picture: background, mask, drift }, place: white.kept };
      return { seeds: seedsOf(given, call), size, format, composite };
    },
    handle: ({ seeds, size, format, composite }, call) => {
      const common = { prompt: id, style: id, ...size, format, composite };
      const plan = {
        operation: id,
        prompt: '',
        model: id,
        pictures: seeds.map((seed) => ({ ...common, seed })),
        ...size,
        behaviour: applyTriggerWords('', 'v4'),
        results: 'sizeless',
      } as const;
      const job = accept(plan, call);
      const links = linksOf(job, call.context);
      const json = { status: 'running', jobId: job.urn, statusUrl: links.status, cancelUrl: links.cancel };
      return { status: 202, content: { json } };
    },
  });
}

export const preciseComposite = placedComposite(
  'preciseComposite',
  '/v3/images/precise-composite',
  PreciseCompositeRequest,
);
export const adaptiveComposite = placedComposite(
  'adaptiveComposite',
  '/v3/images/adaptive-composite',
  AdaptiveCompositeRequest,
);
