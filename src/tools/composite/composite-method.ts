import { invalidArgument } from '../arguments/invalid-argument.ts';

/** What Adobe has for an object: a scene from words around it, or a picture that it is put into, as it is or painted anew. */
export const METHODS = ['object', 'precise', 'adaptive'] as const;
export type Method = (typeof METHODS)[number];

/** Arguments that not every method takes, and those that do. */
const BELONGS = {
  background: ['precise', 'adaptive'],
  mask: ['precise', 'adaptive'],
  invert_mask: ['precise', 'adaptive'],
  whole_picture: ['precise', 'adaptive'],
  blend: ['precise'],
  harmonization: ['adaptive'],
  shadow: ['adaptive'],
  preserve_background: ['adaptive'],
  prompt: ['object'],
  size: ['object'],
  content_class: ['object'],
  style_presets: ['object'],
  style_image: ['object'],
  style_strength: ['object'],
  align_horizontal: ['object'],
  align_vertical: ['object'],
  inset_left: ['object'],
  inset_top: ['object'],
  inset_right: ['object'],
  inset_bottom: ['object'],
} as const satisfies Readonly<Record<string, readonly Method[]>>;

/** The next step where background or mask is missing. */
export const GIVE_BOTH =
  'Give background and mask, whose white part is where the object goes; make_mask draws one, free.';

type Given = Readonly<Partial<Record<keyof typeof BELONGS, unknown>>> & { readonly method?: Method | undefined };

/**
 * The method that is meant: the one that is named, else the one that takes what is given.
 * @throws Problem `invalid_argument` for an argument that the method lacks, and for one that it needs
 */
export function methodOf(given: Given): Method {
  const method = given.method ?? chosen(given);
  const names = Object.keys(BELONGS) as (keyof typeof BELONGS)[];
  const methodsOf = (name: keyof typeof BELONGS): readonly Method[] => BELONGS[name];
  const foreign = names.find((name) => given[name] !== undefined && !methodsOf(name).includes(method));
  if (foreign !== undefined) {
    throw invalidArgument(
      `${foreign} is for the method ${methodsOf(foreign).join(' or ')}, and here it is ${method}.`,
      `Leave ${foreign} out, or choose that method. object makes a scene from a prompt; precise and adaptive take a background and a mask.`,
    );
  }
  const needed = method === 'object' ? (['prompt'] as const) : (['background', 'mask'] as const);
  const missing = needed.find((name) => given[name] === undefined);
  if (missing === undefined) return method;
  throw invalidArgument(
    `The method ${method} needs ${missing}.`,
    method === 'object' ? 'Describe the scene in prompt; or give background and mask.' : GIVE_BOTH,
  );
}

function chosen(given: Given): Method {
  if (given.background === undefined && given.mask === undefined) return 'object';
  const { harmonization, shadow, preserve_background } = given;
  const isAdaptive = [harmonization, shadow, preserve_background].some((value) => value !== undefined);
  return isAdaptive ? 'adaptive' : 'precise';
}
