import { choiceArgument, pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, compare, look, maskFirst, promptWords, save } from './words.ts';

/** Another background behind the same person or thing. */
export const replaceBackground: Prompt = {
  name: 'replace_background',
  title: 'Replace a background',
  description: 'Another background, and the person or thing in front exactly as it is.',
  arguments: [
    pictureArgument('photo', 'The photo'),
    choiceArgument({ name: 'background', description: 'What is to be behind, in words.', required: true }, [
      'a soft blue gradient',
      'a bright, modern office, out of focus',
      'a garden in evening light',
      'plain white, as in a studio',
    ]),
  ],
  needs: ['make_mask', 'fill_image'],
  words: ({ photo = '', background = '' }, { savesFiles }) =>
    promptWords(
      [
        `Replace the background of ${photo} with: ${background}.`,
        'What is in front has to stay exactly as it is. This is an edit of my picture: draw no new one with generate_image, and do not have the whole repainted by edit_image.',
      ],
      [
        look(photo),
        maskFirst({ image: photo, select: 'person', for: 'background' }),
        {
          say: 'Fill what the mask opens',
          call: call('fill_image', { image: photo, mask: 'last', prompt: background }),
        },
        compare([photo, 'last']),
        save(savesFiles, 'background.png'),
      ],
      [
        'If a thing and no person is in front, leave select out of make_mask: draw 8-16 points around the thing as one polygon in shapes, with fit: true.',
        'For another background use the same mask again: it is kept.',
      ],
    ),
};
