import type { Tool } from './define.ts';
import { generateImage } from './generate-image.ts';
import { jobStatus } from './job-status.ts';

/** Every tool, in the order in which clients see them: the paid ones first, then those that lead on from them. */
export const tools: readonly Tool[] = [generateImage, jobStatus];
