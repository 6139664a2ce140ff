import { describe, expect, test } from 'vitest';
import { describeTools } from '../../../src/tools/definition/catalogue.ts';
import { search } from './bm25.ts';
import { otherTools } from './other-tools.ts';

const catalogue = describeTools();
const documents = [
  ...otherTools,
  ...catalogue.map(({ name, title, description }) => ({
    name,
    text: `${name.replaceAll('_', ' ')} ${title} ${description}`,
  })),
];
const isOurs = (name: string) => catalogue.some((tool) => tool.name === name);

/** The first three of our tools that a plain search over names, titles and descriptions finds among those of other servers. */
const firstOfOurs = (query: string) => search(query, documents).filter(isOurs).slice(0, 3);

describe('a plain tool search', () => {
  test('has sixty tools of other servers in its index', () => {
    expect(otherTools).toHaveLength(60);
    expect(otherTools.map(({ name }) => name).filter(isOurs)).toEqual([]);
  });

  test.each([
    ['draw a picture of a fox', 'generate_image'],
    ['create an illustration', 'generate_image'],
    ['art', 'generate_image'],
    ['make a logo', 'generate_image'],
    ['generate photo', 'generate_image'],
    ['text to image', 'generate_image'],
    ['inpaint', 'fill_image'],
    ['outpaint', 'expand_image'],
    ['extend canvas', 'expand_image'],
    ['edit photo', 'fill_image'],
    ['remove person', 'fill_image'],
    ['change the background', 'fill_image'],
    ['change the background of a photo', 'fill_image'],
    ['remove an object from a picture', 'fill_image'],
    ['make this picture wider', 'expand_image'],
    ['uncrop', 'expand_image'],
    ['show the picture', 'show_images'],
    ['save the picture as a file', 'save_image'],
    ['my earlier pictures', 'list_images'],
    ['many images at once', 'submit_batch'],
    ['make variations of this picture', 'vary_image'],
    ['something similar', 'vary_image'],
    ['upscale', 'upscale_image'],
    ['make it larger for print', 'upscale_image'],
    ['restyle image', 'edit_image'],
    ['change season', 'edit_image'],
    ['put my product into a scene', 'composite_image'],
    ['mockup', 'composite_image'],
    ['make a video', 'generate_video'],
    ['animate this picture', 'generate_video'],
  ])('finds for "%s" %s among the first three', (query, wanted) => {
    expect(firstOfOurs(query)).toContain(wanted);
  });

  test.each([
    ['draw a picture of a fox', 'generate_image'],
    ['create an illustration', 'generate_image'],
    ['art', 'generate_image'],
    ['generate photo', 'generate_image'],
    ['text to image', 'generate_image'],
    ['inpaint', 'fill_image'],
    ['outpaint', 'expand_image'],
    ['extend canvas', 'expand_image'],
    ['edit photo', 'fill_image'],
    ['remove person', 'fill_image'],
  ])('finds for "%s" %s among the first five of all servers', (query, wanted) => {
    expect(search(query, documents).slice(0, 5)).toContain(wanted);
  });
});
