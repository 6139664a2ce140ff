import type { Given, Step } from './scripted.ts';

/** What the model does in each conversation: a picture, a closer look at it, and a call that is refused. */
export const SCRIPT: readonly Step[] = [
  { tool: ['generate_image'], args: { prompt: 'a green chair' } },
  { tool: ['show_images'], args: { image: '$IMG' } },
  { tool: ['fill_image'], args: { image: 'last', prompt: 'a cushion' } },
];

/** What a person would have said to it. */
export const WORDS = 'Draw a chair, look at it, and put a cushion on it.';

/** In which forms a model was given the results of the script. */
export interface Got {
  readonly generate_image: string;
  readonly show_images: string;
  readonly refusal: string;
}

/** Words of the text and of the structured content of each result, also where they are quoted. */
const SIGNS = {
  generate_image: { text: /Made 1 picture\.(\n|\\+n)/, structured: /state\\*": ?\\*"succeeded/ },
  show_images: { text: /the original is unchanged/, structured: /structuredContent/ },
  // Hosts that ask a person are told what came of the question in a further sentence.
  fill_image: { text: /may change\.[^"\\]*?(\n|\\+n)/, structured: /code\\*": ?\\*"invalid_argument/ },
};

function formsOf(given: readonly Given[], tool: keyof typeof SIGNS): string {
  const one = given.find((result) => result.tool === tool);
  if (!one) return 'nothing';
  const forms = [
    ...(SIGNS[tool].text.test(one.text) ? ['text'] : []),
    ...(SIGNS[tool].structured.test(one.text) ? ['structured'] : []),
    ...(one.pictures > 0 ? ['picture'] : []),
    ...(one.base64AsText ? ['base64 as text'] : []),
  ];
  return forms.join(' + ');
}

/** What the model got over one API. */
export function gotOf(given: readonly Given[]): Got {
  return {
    generate_image: formsOf(given, 'generate_image'),
    show_images: formsOf(given, 'show_images'),
    refusal: formsOf(given, 'fill_image'),
  };
}
