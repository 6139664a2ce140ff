import { z } from 'zod';
import { renderImages } from '../render/images.ts';
import { ImagesResult } from '../render/schemas.ts';
import { renderContext } from './context.ts';
import { defineTool } from './define.ts';
import { jobField } from './fields.ts';

/** The history of pictures. */
export const listImages = defineTool({
  name: 'list_images',
  title: 'List images',
  description: 'Lists the pictures made so far, newest first, also of earlier conversations. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    limit: z.int().min(1).max(100).optional().describe('Most pictures, 1–100; default 20.'),
    before: z.string().max(100).optional().describe('Only older ones than this handle, from next_before.'),
    prompt: z.string().max(200).optional().describe('Only prompts that contain this, whatever the case.'),
    job: jobField.optional().describe('Only pictures of this job.'),
  }),
  output: ImagesResult,
  async handler({ limit = 20, before, prompt, job }, call) {
    const { images } = await call.services();
    const found = await images.list({ limit: limit + 1, before, prompt, job }, call.caller);
    return renderImages(found.slice(0, limit), { more: found.length > limit }, renderContext(call, images));
  },
});
