import type { ResultLimits } from '../families/limits.ts';
import { adaptiveComposite } from './paid/adaptive-composite.ts';
import { editImagesV4 } from './paid/edit-images-v4.ts';
import { expandImages } from './paid/expand-images.ts';
import { fillImages } from './paid/fill-images.ts';
import { generateImagesV3 } from './paid/generate-images-v3.ts';
import { generateImagesV4 } from './paid/generate-images-v4.ts';
import { generateVideos } from './paid/generate-videos.ts';
import { objectComposite } from './paid/object-composite.ts';
import type { PaidEndpoint } from './paid-endpoint.ts';
import { preciseComposite } from './paid/precise-composite.ts';
import { similarImages } from './paid/similar-images.ts';
import { upscaleImages } from './paid/upscale-images.ts';

/** Every paid operation, by its id. */
export const PAID_ENDPOINTS = {
  generateImagesV3Async: generateImagesV3,
  generateImagesV4Async: generateImagesV4,
  fillImagesV3Async: fillImages,
  expandImagesV3Async: expandImages,
  editImagesV4Async: editImagesV4,
  generateSimilarImagesV3Async: similarImages,
  preciseUpsamplerV3Async: upscaleImages,
  generateVideoV3: generateVideos,
  generateObjectCompositeV3Async: objectComposite,
  preciseComposite,
  adaptiveComposite,
} as const satisfies Registry;

/** Paid operations by their ids. */
export type Registry = Readonly<Record<string, PaidEndpoint>>;

/** Id of a paid operation: Adobe's operation id (for v4 our own, in Adobe's style). */
export type OperationId = keyof typeof PAID_ENDPOINTS;
export const OPERATION_IDS = Object.keys(PAID_ENDPOINTS) as readonly OperationId[];

/** What an operation makes; stills where it is none of ours. */
export function mediaOf(operation: string): ResultLimits['media'] {
  return Object.hasOwn(PAID_ENDPOINTS, operation) ? declarationOf(operation).limits.result.media : 'still';
}

/**
 * The declaration of an operation.
 * @throws Error for an unknown one, such as that of a job which a newer version of this program has stored
 */
export function declarationOf(operation: string, registry: Registry = PAID_ENDPOINTS): PaidEndpoint {
  const endpoint = Object.hasOwn(registry, operation) ? registry[operation] : undefined;
  if (!endpoint) throw new Error(`no operation is called ${operation}`);
  return endpoint;
}
