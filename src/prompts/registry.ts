import { campaign } from './campaign.ts';
import type { Prompt } from './define.ts';
import { extendPicture } from './extend-picture.ts';
import { portraitSet } from './portrait-set.ts';
import { productShot } from './product-shot.ts';
import { replaceBackground } from './replace-background.ts';
import { restorePhoto } from './restore-photo.ts';
import { socialSizes } from './social-sizes.ts';

/** Every prompt, in the order in which clients list them. */
export const prompts: readonly Prompt[] = [
  productShot,
  replaceBackground,
  socialSizes,
  extendPicture,
  restorePhoto,
  portraitSet,
  campaign,
];
