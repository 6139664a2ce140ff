import { compared, ofPicture, settled, type Question } from '../question.ts';

/** Pixels of Image 5 at 1MP, and how far a size may be off. */
const [MEGAPIXEL, TOLERANCE] = [1024 * 1024, 0.15];

/** Of sizes and formats of pictures. */
export const PICTURE_QUESTIONS: readonly Question[] = [
  {
    id: 'image5-pixels',
    unknown: 'Which pixels Image 5 makes at a level and ratio (asked for: 1MP, 16:9).',
    assumed: 'about 1024x1024 pixels in all',
    by: 'image5',
    judge: (answers) =>
      ofPicture(answers, 'image5', ({ width, height, mimeType }) => {
        const isExpected = Math.abs((width * height) / MEGAPIXEL - 1) <= TOLERANCE;
        return compared(isExpected, `${width}x${height}, ${mimeType}`);
      }),
  },
  {
    id: 'upscale-limit',
    unknown: 'What "6k" means for upscaling, and what happens beyond it (asked for: 6144x1536).',
    by: 'upscale',
    judge: (answers) => {
      const tried = answers.tried('upscale');
      if (tried.kind === 'refused' && tried.code === 'invalid_request') return settled('6144 is refused');
      return ofPicture(answers, 'upscale', ({ width, height, mimeType }) =>
        settled(`${width}x${height} came, ${mimeType}`),
      );
    },
  },
  {
    id: 'similar-small-sizes',
    unknown: 'Whether Image 4 takes the four small sizes for variations (asked for: 1024x1024).',
    by: 'similar',
    judge: (answers) => {
      const tried = answers.tried('similar');
      if (tried.kind === 'refused' && tried.code === 'invalid_request') return settled('no');
      return ofPicture(answers, 'similar', ({ width, height }) =>
        settled(width === 1024 && height === 1024 ? 'yes' : `${width}x${height} came in its place`),
      );
    },
  },
];
