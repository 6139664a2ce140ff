import { z } from 'zod';
import { GenerateVideosRequestV3 } from '../../contract/paid/generate-videos.ts';
import { ACCEPT_FLAT } from '../../families/accept.ts';
import { VIDEO_ERRORS } from '../../families/errors.ts';
import { VIDEO_LIMITS } from '../../families/limits.ts';
import { FIREFLY_API } from '../../families/origins.ts';
import { VIDEO_OUTPUTS } from '../../families/results.ts';
import { definePaid, modelVersion } from '../paid-endpoint.ts';

/** A video of five seconds, from words, frames or both. Adobe's path has no `-async`. */
export const generateVideos = definePaid({
  operation: 'generateVideoV3',
  path: '/v3/videos/generate',
  model: modelVersion(z.literal('video1_standard'), true),
  body: GenerateVideosRequestV3,
  service: FIREFLY_API,
  accept: ACCEPT_FLAT,
  result: VIDEO_OUTPUTS,
  limits: VIDEO_LIMITS,
  errors: VIDEO_ERRORS,
});
