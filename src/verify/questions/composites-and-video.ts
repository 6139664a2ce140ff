import { compared, ofPicture, open, type Question } from '../question.ts';
import { levels, MOST_KEPT, ofMeasure } from './fill.ts';

/** Of composites and video: what `composite_image` and `generate_video` depend on. */
export const COMPOSITE_AND_VIDEO_QUESTIONS: readonly Question[] = [
  {
    id: 'composite-masks',
    unknown: 'Whether the white of a background mask is where the object goes.',
    assumed: 'yes; no polarity is assumed of other masks of composites, which are applied before the upload',
    by: 'composite',
    judge: (answers) =>
      ofMeasure(answers, 'composite', ({ boxes: [white = 0], kept }) => {
        if (Math.max(white, kept) < MOST_KEPT) return open('the object is nowhere to be seen');
        return compared(white > kept, `white changed by ${levels(white)}, black by ${levels(kept)}`);
      }),
  },
  {
    id: 'composite-keeps-background',
    unknown: 'Whether the rest of a background comes back as it was, but for a drift.',
    assumed: `yes: within ${MOST_KEPT} levels on average once drift and shift are taken back`,
    by: 'composite',
    judge: (answers) =>
      ofMeasure(answers, 'composite', ({ kept }) => compared(kept <= MOST_KEPT, `${levels(kept)} on average`)),
  },
  {
    id: 'composite-pixels',
    unknown: 'Which pixels and format a composite has (asked for: image/png; sent: 1152x896).',
    assumed: 'those of the background, as PNG',
    by: 'composite',
    judge: (answers) =>
      ofPicture(answers, 'composite', ({ width, height, mimeType }) =>
        compared(width === 1152 && height === 896 && mimeType === 'image/png', `${width}x${height}, ${mimeType}`),
      ),
  },
  {
    id: 'video-form',
    unknown: 'Which container, pixels and length a video has (asked for: 960x540).',
    assumed: 'an MP4 of the size that was asked for, of about 5 s',
    by: 'video',
    judge: (answers) =>
      ofPicture(answers, 'video', ({ width, height, mimeType, durationMs = 0 }) =>
        compared(
          width === 960 && height === 540 && mimeType === 'video/mp4' && Math.abs(durationMs - 5_000) <= 1_500,
          `${width}x${height}, ${mimeType}, ${(durationMs / 1000).toFixed(1)} s`,
        ),
      ),
  },
];
