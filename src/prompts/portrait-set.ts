import { listIn, pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, look, maskFirst, promptWords } from './words.ts';

const USUAL = 'a plain light grey studio background; a bright office, out of focus; a garden in evening light';

/** One portrait in front of several backgrounds, with one mask. */
export const portraitSet: Prompt = {
  name: 'portrait_set',
  title: 'Portrait set',
  description: 'One portrait in front of several backgrounds; the person stays as they are.',
  arguments: [
    pictureArgument('portrait', 'The portrait'),
    {
      name: 'backgrounds',
      description: `Separated by semicolons; default ${USUAL}.`,
      required: false,
      complete: async (typed) => (USUAL.startsWith(typed) ? [USUAL] : []),
    },
  ],
  needs: ['make_mask', 'fill_image', 'submit_batch'],
  words: ({ portrait = '', backgrounds = USUAL }, { savesFiles }) => {
    const items = listIn(backgrounds).map((prompt, index) => ({
      id: `portrait-${index + 1}`,
      image: portrait,
      mask: 'last',
      prompt,
    }));
    const batch = { tool: 'fill_image', items, ...(savesFiles && { save_to: 'portraits' }) };
    return promptWords(
      [
        `Make a set of portraits from ${portrait}, with these backgrounds: ${backgrounds}.`,
        'The person must stay exactly as they are: edit my picture, and draw no new person with generate_image.',
      ],
      [
        look(portrait),
        maskFirst({ image: portrait, select: 'person', for: 'background' }),
        {
          say: 'Check the whole set with that one mask, and tell me cost and time',
          call: call('submit_batch', { ...batch, dry_run: true }),
        },
        {
          say: 'After my yes, make it as one batch',
          call: call('submit_batch', batch),
          after: 'Follow it with job_status until it has ended, and show me all of them on one sheet with show_images.',
        },
      ],
      ['Say the handle of the mask (img_…) in place of "last" if you have made another mask meanwhile.'],
    );
  },
};
