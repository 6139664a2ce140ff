import { choiceArgument, pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, compare, look, promptWords, save } from './words.ts';

/** Outpainting: more around the same picture. */
export const extendPicture: Prompt = {
  name: 'extend_picture',
  title: 'Extend a picture',
  description: 'More around a picture (outpainting): another format, or room on a side.',
  arguments: [
    pictureArgument('picture', 'The picture'),
    choiceArgument({ name: 'format', description: 'Aspect ratio of the result; default 16:9.', required: false }, [
      '16:9',
      '1:1',
      '9:16',
      '4:3',
    ]),
    { name: 'around', description: 'What is to be painted there; default what fits.', required: false },
  ],
  needs: ['expand_image'],
  words: ({ picture = '', format = '16:9', around }, { savesFiles }) => {
    const asked = { image: picture, aspect_ratio: format, ...(around !== undefined && { prompt: around }) };
    return promptWords(
      [
        `Extend ${picture} to ${format}${around === undefined ? '' : `, with this around it: ${around}`}.`,
        'The picture itself has to stay as it is, pixel for pixel: extend it, and draw no new one with generate_image.',
      ],
      [
        look(
          picture,
          'Say on which sides there is to be room; align_horizontal and align_vertical place the picture, inset_… give room on one side.',
        ),
        { say: 'Check size and cost, free', call: call('expand_image', { ...asked, dry_run: true }) },
        { say: 'Extend it', call: call('expand_image', asked) },
        compare([picture, 'last']),
        save(savesFiles, 'extended.png'),
      ],
    );
  },
};
