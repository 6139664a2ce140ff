import { z } from 'zod';
import { Source } from '../common.ts';

/** OpenAPI `CameraMotion`. */
export const CAMERA_MOTIONS = [
  'camera pan left',
  'camera pan right',
  'camera zoom in',
  'camera zoom out',
  'camera tilt up',
  'camera tilt down',
  'camera locked down',
  'camera handheld',
] as const;

/** OpenAPI `VideoPromptStyle`. */
export const VIDEO_STYLES = [
  'anime',
  '3d',
  'fantasy',
  'cinematic',
  'claymation',
  'line art',
  'stop motion',
  '2d',
  'vector art',
  'black and white',
] as const;

/** OpenAPI `ShotAngle`, with the one underscore that it has. */
export const SHOT_ANGLES = [
  'aerial shot',
  'eye_level shot',
  'high angle shot',
  'low angle shot',
  'top-down shot',
] as const;

/** OpenAPI `ShotSize`. */
export const SHOT_SIZES = [
  'close-up shot',
  'extreme close-up',
  'medium shot',
  'long shot',
  'extreme long shot',
] as const;

/** OpenAPI `ClinetoSize`. */
const VideoSize = z.strictObject({ width: z.int().min(1).max(8192), height: z.int().min(1).max(8192) });

/** A picture that the video goes through: 0 is its beginning, 1 its end. OpenAPI `ImageConditionV3`. */
const Condition = z.strictObject({
  source: Source,
  placement: z.strictObject({ position: z.number().min(0).max(1) }),
});

/**
 * Body of `POST /v3/videos/generate`. OpenAPI `GenerateVideoRequestV3`, which takes one seed. It documents no default of
 * `sizes` and results of one size only, so that exactly one is sent.
 */
export const GenerateVideosRequestV3 = z.strictObject({
  prompt: z.string().optional(),
  sizes: z.array(VideoSize).length(1),
  seeds: z.array(z.int()).length(1).optional(),
  bitRateFactor: z.int().min(0).max(63).optional(),
  image: z.strictObject({ conditions: z.array(Condition).optional() }).optional(),
  videoSettings: z
    .strictObject({
      cameraMotion: z.enum(CAMERA_MOTIONS).optional(),
      promptStyle: z.enum(VIDEO_STYLES).optional(),
      shotAngle: z.enum(SHOT_ANGLES).optional(),
      shotSize: z.enum(SHOT_SIZES).optional(),
    })
    .optional(),
});
export type GenerateVideosRequestV3 = z.infer<typeof GenerateVideosRequestV3>;
