import type { Question } from '../question.ts';
import { ACCESS_QUESTIONS } from './access.ts';
import { COMPOSITE_AND_VIDEO_QUESTIONS } from './composites-and-video.ts';
import { FILL_QUESTIONS } from './fill.ts';
import { JOB_QUESTIONS } from './jobs.ts';
import { PICTURE_QUESTIONS } from './pictures.ts';
import { STORAGE_QUESTIONS } from './storage.ts';
import { UNASKED } from './unasked.ts';

/** Everything that Adobe's documents leave open, as docs/adobe-api.md#open-questions lists it. */
export const QUESTIONS: readonly Question[] = [
  ...ACCESS_QUESTIONS,
  ...STORAGE_QUESTIONS,
  ...JOB_QUESTIONS,
  ...FILL_QUESTIONS,
  ...PICTURE_QUESTIONS,
  ...COMPOSITE_AND_VIDEO_QUESTIONS,
  ...UNASKED,
];
