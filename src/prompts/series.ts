import { choiceArgument, listIn } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, promptWords } from './words.ts';

/** Pictures that belong together: one is agreed on, and the others change one thing of it. */
export const series: Prompt = {
  name: 'series',
  title: 'Series',
  description: 'Several pictures that belong together: the first is agreed on, the others change one thing.',
  arguments: [
    { name: 'subject', description: 'What is on all of them, with style and light.', required: true },
    choiceArgument({ name: 'variants', description: 'What differs, separated by semicolons.', required: true }, [
      'in spring; in summer; in autumn; in winter',
      'in the morning; at noon; in the evening; at night',
    ]),
  ],
  needs: ['generate_image'],
  words: ({ subject = '', variants = '' }, { savesFiles }) => {
    const [first = '', ...others] = listIn(variants);
    return promptWords(
      [`Make a series of pictures: ${subject}. They differ in this alone: ${variants}.`],
      [
        {
          say: 'Make the first one',
          call: call('generate_image', { prompt: `${subject}, ${first}`, aspect_ratio: '1:1' }),
          after: 'Show it to me, and change the words until I like it. Note its job (job_…).',
        },
        ...others.map((variant) => ({
          say: `Then, from that job in place of "last", with its seed and everything else kept`,
          call: call('generate_image', { like: 'last', prompt: `${subject}, ${variant}` }),
        })),
        { say: 'Show me all of them on one sheet with show_images, and say where they differ more than they should' },
        savesFiles ? { say: 'Save those that I keep with save_image' } : undefined,
      ],
      [
        'Say what the whole series costs before the second picture, and wait for my yes.',
        'To mend a detail of one picture edit it with fill_image; draw it anew only if I ask for another one.',
      ],
    );
  },
};
