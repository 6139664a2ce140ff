import type { Resource } from './define.ts';
import { image } from './image.ts';
import { imageFacts } from './image-facts.ts';
import { imagePreview } from './image-preview.ts';
import { job } from './job.ts';
import { imageList, jobList } from './lists.ts';
import { models, styles } from './reference.ts';
import { studio } from './studio.ts';
import { usage } from './usage.ts';

/** Every resource, in the order in which clients list them. */
export const resources: readonly Resource[] = [
  imageList,
  jobList,
  usage,
  models,
  styles,
  studio,
  image,
  imagePreview,
  imageFacts,
  job,
];
