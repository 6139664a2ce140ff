import { choiceArgument, pictureArgument } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, look, promptWords, save } from './words.ts';

/** A product's own photo in a new scene. */
export const productShot: Prompt = {
  name: 'product_shot',
  title: 'Product shot',
  description: 'Your product from its own photo, in a scene made for it.',
  arguments: [
    pictureArgument('product', 'The photo of the product'),
    choiceArgument({ name: 'scene', description: 'Where it stands, in words.', required: true }, [
      'on a marble table in morning light',
      'on wet stone in a forest, soft fog',
      'on a plain pastel background with a soft shadow',
    ]),
  ],
  needs: ['make_mask', 'composite_image'],
  words: ({ product = '', scene = '' }, { savesFiles }) =>
    promptWords(
      [
        `Make a product shot of ${product}: ${scene}.`,
        'The product itself must be the one of my photo, with its label and shape: put it into the scene, and draw no product anew with generate_image.',
      ],
      [
        look(product, 'Note where the product is, in percent from the top left.'),
        {
          say: 'Find its outline, which costs nothing, with rough points around it in place of these',
          call: call('make_mask', {
            image: product,
            shapes: [{ shape: 'rectangle', x: 20, y: 15, width: 60, height: 75 }],
            fit: true,
          }),
          after:
            'Look at the preview: what is tinted is taken for the product. Correct it with from: "last", belongs and stays until it is right.',
        },
        {
          say: 'Put it into the scene, two versions',
          call: call('composite_image', { image: product, object_mask: 'last', prompt: scene, count: 2 }),
          after: 'Show me both, and say what differs from my product, if anything does.',
        },
        save(savesFiles, 'product-shot.png'),
      ],
      ['A photo whose background is transparent already needs no mask: leave object_mask out.'],
    ),
};
