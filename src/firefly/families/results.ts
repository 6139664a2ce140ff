import { isRecord } from '../../shared/json.ts';

/** How an operation's status answers name its results. */
export interface ResultFamily {
  /**
   * Brings an answer into the shape of Firefly's status (`contract/status.ts`): `status`, `progress`, `result.outputs`
   * and the other fields of `result`. Never throws. Undefined where the answer has that shape already.
   */
  readonly toStatus?: ((body: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /** The URL of one entry of `result.outputs`; undefined for an entry without one. */
  readonly link: (output: Record<string, unknown>) => unknown;
}

/** `image.url`: the image operations (OpenAPI `JobResult`). */
export const IMAGE_OUTPUTS: ResultFamily = { link: (output) => urlIn(output['image']) };

/** `video.url`: video (OpenAPI `AsyncResult`). */
export const VIDEO_OUTPUTS: ResultFamily = { link: (output) => urlIn(output['video']) };

/** `presignedUrl`: upscale (OpenAPI `PreciseUpsamplerResponse`). */
export const PRESIGNED_OUTPUTS: ResultFamily = { link: (output) => output['presignedUrl'] };

const KNOWN = [IMAGE_OUTPUTS, VIDEO_OUTPUTS, PRESIGNED_OUTPUTS];

/**
 * The link of an output by its own family, else by any other that is known: a result in an unexpected place is paid
 * for too. Undefined if none of them is a URL.
 */
export function linkOf(output: unknown, family: ResultFamily): string | undefined {
  if (!isRecord(output)) return undefined;
  for (const { link } of [family, ...KNOWN]) {
    const url = link(output);
    if (typeof url === 'string' && URL.canParse(url)) return url;
  }
  return undefined;
}

function urlIn(value: unknown): unknown {
  return isRecord(value) ? value['url'] : undefined;
}
