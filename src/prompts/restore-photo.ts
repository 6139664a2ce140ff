import { pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, compare, look, promptWords, save } from './words.ts';

/** Damage taken out of an old photo, and nothing else changed. */
export const restorePhoto: Prompt = {
  name: 'restore_photo',
  title: 'Restore an old photo',
  description: 'Scratches, spots and tears go; faces and everything else stay as they are.',
  arguments: [
    pictureArgument('photo', 'The scanned photo'),
    { name: 'damage', description: 'What is damaged, such as "a tear in the top left".', required: false },
  ],
  needs: ['make_mask', 'fill_image'],
  words: ({ photo = '', damage }, { savesFiles }) =>
    promptWords(
      [
        `Restore ${photo}${damage === undefined ? '' : `: ${damage}`}.`,
        'Only what is damaged may change. Never have the whole repainted by edit_image or generate_image: the faces would be other ones.',
      ],
      [
        look(photo, 'List the damage that you see with its place in percent, and ask me whether that is all.'),
        {
          say: 'Draw the mask over the damage alone, which costs nothing, with strokes and ellipses in place of this one',
          call: call('make_mask', {
            image: photo,
            shapes: [
              {
                shape: 'stroke',
                points: [
                  [10, 10],
                  [30, 25],
                ],
                thickness: 2,
              },
            ],
            for: 'remove',
          }),
          after:
            'Look at the preview: nothing that is sound may be tinted, faces above all. Correct it with from: "last" and shapes with op: "subtract".',
        },
        {
          say: 'Fill it without a prompt, so that what is around it goes on',
          call: call('fill_image', { image: photo, mask: 'last' }),
        },
        compare([photo, 'last']),
        {
          say: 'If I want it larger for print',
          call: call('upscale_image', { image: 'last', factor: 2 }),
        },
        save(savesFiles, 'restored.png'),
      ],
      ['Damage on a face: do it last, as a mask of its own, and ask me first.'],
    ),
};
