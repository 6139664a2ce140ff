import { z } from 'zod';
import { CAMERA_MOTIONS, SHOT_ANGLES, SHOT_SIZES, VIDEO_STYLES } from '../../firefly/contract/paid/generate-videos.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { ANY_PICTURE, furtherGenerationFields, pictureText } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { checkSeeds, checkText } from '../arguments/prompt-rules.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { outcomeOf } from '../definition/paid-words.ts';
import { madeOf } from '../edit/made-of.ts';
import { checkedBody, requestImage } from '../edit/request-image.ts';
import { videoSize } from './video-size.ts';

const MODEL = 'video1_standard';
/** Ours: Adobe documents no limit. */
const LONGEST_PROMPT = 4_000;

const input = z.strictObject({
  prompt: z.string().min(1).optional().describe('What happens and how it is filmed, 1-4000 characters.'),
  first_frame: pictureText.optional().describe(`Begins with it, cropped to size: ${ANY_PICTURE}`),
  last_frame: pictureText.optional().describe('As first_frame, for the end.'),
  size: z
    .string()
    .max(20)
    .optional()
    .describe(
      '1920x1080, 1280x720, 960x540, 1080x1920, 720x1280, 540x960, 1080x1080, 720x720, 540x540. Default 720 lines, in the shape of the frame, else 16:9.',
    ),
  camera_motion: z.enum(CAMERA_MOTIONS).optional().describe('Movement of the camera.'),
  prompt_style: z.enum(VIDEO_STYLES).optional().describe('Style of the clip.'),
  shot_angle: z.enum(SHOT_ANGLES).optional().describe('Angle of the camera.'),
  shot_size: z.enum(SHOT_SIZES).optional().describe('How near it is filmed.'),
  seeds: z.array(z.int()).min(1).max(1).optional().describe('1 integer; default random.'),
  ...furtherGenerationFields,
});

const FRAMES = [
  { name: 'first_frame', role: 'first frame', position: 0 },
  { name: 'last_frame', role: 'last frame', position: 1 },
] as const;

/** Video (OpenAPI `generateVideoV3`). */
export const generateVideo = defineGenerationTool({
  name: 'generate_video',
  title: 'Generate video',
  toolset: 'video',
  description: `Makes a video clip of five seconds with Firefly (animate, movie, film, motion) from words, or from a picture (image) as its first or last frame. Takes minutes. Paid by height of its shorter side: 2 operations at 540, 5 at 720, 10 at 1080. ${outcomeOf('an MP4 (img_…)')} For a still use generate_image.`,
  input,
  async toRequest(given, services, call): Promise<PaidRequest> {
    checkText('prompt', given.prompt, { limit: LONGEST_PROMPT, owner: 'generate_video' });
    checkSeeds(given);
    const { imageImport, firefly } = services;
    const opened = [];
    for (const { name, ...frame } of FRAMES) {
      const text = given[name];
      if (text === undefined) continue;
      opened.push({ name, ...frame, picture: await imageImport.open(text, call.caller, 'generated') });
    }
    if (given.prompt === undefined && opened.length === 0) {
      throw invalidArgument('There is neither a prompt nor a frame.', 'Give prompt, first_frame or last_frame.');
    }
    const [known] = opened.flatMap(({ picture }) => (picture.kind === 'local' ? [picture.image] : []));
    const { size, notes } = videoSize(given.size, known);
    const { upload: limits } = firefly.operation('generateVideoV3').limits;
    const frames = [];
    for (const { picture, ...frame } of opened) {
      frames.push({ ...frame, ...(await requestImage(picture, imageImport, { limits, size, crop: true })) });
    }
    // Both frames may be one picture.
    const uploads = [...new Map(frames.flatMap((frame) => frame.uploads.map((copy) => [copy.sha256, copy]))).values()];
    const settings = {
      cameraMotion: given.camera_motion,
      promptStyle: given.prompt_style,
      shotAngle: given.shot_angle,
      shotSize: given.shot_size,
    };
    const conditions = frames.map(({ source, position }) => ({ source, placement: { position } }));
    const body = checkedBody(
      'generateVideoV3',
      {
        prompt: given.prompt,
        sizes: [{ width: size.width, height: size.height }],
        seeds: given.seeds,
        image: conditions.length === 0 ? undefined : { conditions },
        videoSettings: Object.values(settings).some((value) => value !== undefined) ? settings : undefined,
      },
      uploads,
    );
    return {
      tool: 'generate_video',
      operation: 'generateVideoV3',
      model: MODEL,
      body,
      pictures: uploads,
      count: 1,
      size,
      facts: {
        tool: 'generate_video',
        prompt: given.prompt,
        model: MODEL,
        ...madeOf(Object.fromEntries(frames.map((frame) => [frame.role, frame]))),
        firstFrame: frames.find(({ position }) => position === 0)?.original?.id,
        demo: call.settings.demo || undefined,
      },
      warnings: [...notes, ...frames.flatMap((frame) => frame.notes.map((note) => `${frame.name}: ${note}`))],
    };
  },
});
