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

/** The same words as they stand: a search that knows no plural finds "images" for "images" alone. */
const asTheyStand = (query: string) => search(query, documents, { plural: false }).filter(isOurs).slice(0, 3);

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
    ['create images', 'generate_image'],
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
    ['create an image', 'generate_image'],
    ['image generation', 'generate_image'],
    ['create artwork', 'generate_image'],
    ['produce a drawing', 'generate_image'],
    ['paint a watercolour', 'generate_image'],
    ['design a poster', 'generate_image'],
    ['inpainting', 'fill_image'],
    ['remove people from a photo', 'fill_image'],
    ['object removal', 'fill_image'],
    ['replace the sky', 'fill_image'],
    ['outpainting', 'expand_image'],
    ['extend the edges of a photo', 'expand_image'],
    ['change aspect ratio', 'expand_image'],
    ['widen an image', 'expand_image'],
    ['banner 16:9', 'expand_image'],
    ['enlarge a picture', 'upscale_image'],
    ['upscaling', 'upscale_image'],
    ['increase resolution', 'upscale_image'],
    ['recolour a jacket', 'edit_image'],
    ['recolor the jacket', 'edit_image'],
    ['change the color', 'edit_image'],
    ['change day to night', 'edit_image'],
    ['similar images', 'vary_image'],
    ['place a product on a table', 'composite_image'],
    ['image to video', 'generate_video'],
    ['draw a mask', 'make_mask'],
    ['process a folder of photos', 'submit_batch'],
    ['export as png', 'save_image'],
    ['resize an image', 'save_image'],
    ['crop an image', 'save_image'],
    ['find a picture', 'list_images'],
    ['image history', 'list_images'],
    ['side by side', 'show_images'],
    ['compare images', 'show_images'],
    ['delete pictures', 'delete_images'],
    ['how much quota is left', 'job_status'],
    ['stop the job', 'cancel_job'],
  ])('finds for "%s" %s among the first three, with plurals and without', (query, wanted) => {
    expect(firstOfOurs(query)).toContain(wanted);
    expect(asTheyStand(query)).toContain(wanted);
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
