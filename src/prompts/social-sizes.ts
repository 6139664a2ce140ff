import { choiceArgument, listIn, pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, look, promptWords } from './words.ts';

const USUAL = '1:1, 4:5, 9:16, 16:9';

/** One picture in several formats, by painting around it. */
export const socialSizes: Prompt = {
  name: 'social_sizes',
  title: 'Social sizes from one picture',
  description: 'One picture in the formats of posts, stories and banners, extended and not cropped.',
  arguments: [
    pictureArgument('picture', 'The picture'),
    choiceArgument({ name: 'formats', description: `Aspect ratios; default ${USUAL}.`, required: false }, [
      USUAL,
      '1:1, 9:16',
      '16:9',
    ]),
  ],
  needs: ['expand_image', 'submit_batch'],
  words: ({ picture = '', formats = USUAL }, { savesFiles }) => {
    const items = listIn(formats).map((ratio) => ({ id: ratio.replace(':', 'x'), aspect_ratio: ratio }));
    const batch = {
      tool: 'expand_image',
      items: items.map((item) => ({ ...item, image: picture })),
      ...(savesFiles && { save_to: 'social' }),
    };
    return promptWords(
      [
        `Make ${picture} for social media in these formats: ${formats}.`,
        'Extend my picture by what fits around it; crop nothing away and draw nothing anew with generate_image.',
      ],
      [
        look(
          picture,
          'Leave out a format that the picture has already. Say where the subject is: align_horizontal and align_vertical place the picture.',
        ),
        { say: 'Check all of them and tell me cost and time', call: call('submit_batch', { ...batch, dry_run: true }) },
        {
          say: 'After my yes, make them as one batch',
          call: call('submit_batch', batch),
          after: 'Follow it with job_status until it has ended.',
        },
        { say: 'Then show me all of them on one sheet with show_images, and name the files' },
      ],
    );
  },
};
