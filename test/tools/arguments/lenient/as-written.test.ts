import { describe, expect, test } from 'vitest';
import { checkArguments } from '../../../../src/tools/arguments/check-arguments.ts';
import { tools } from '../../../../src/tools/registry.ts';

const toolNamed = (name: string) => tools.find((each) => each.name === name);
/** What the arguments of a real tool are read as, as far as the schema judges them. */
function readBy(name: string, given: unknown): Readonly<Record<string, unknown>> {
  const found = toolNamed(name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return checkArguments({ name, input: found.input, prepare: undefined, elsewhere: found.elsewhere }, given);
}

describe('arguments as models and people write them', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['generate_image', { prompt: 123 }, { prompt: '123' }],
    ['generate_image', { prompt: ['a fox'] }, { prompt: 'a fox' }],
    ['generate_image', { prompt: 'a', seed: 42 }, { prompt: 'a', seeds: [42] }],
    ['generate_image', { Prompt: 'a', aspectRatio: '16:9' }, { prompt: 'a', aspect_ratio: '16:9' }],
    ['generate_image', { prompt: 'a', 'negative-prompt': 'fog' }, { prompt: 'a', negative_prompt: 'fog' }],
    ['generate_image', { prompt: 'a', dryRun: 'yes' }, { prompt: 'a', dry_run: true }],
    ['generate_image', { prompt: 'a', new_job: 0 }, { prompt: 'a', new_job: false }],
    ['generate_image', { prompt: 'a', confirm: 'True' }, { prompt: 'a', confirm: true }],
    ['generate_image', { prompt: 'a', count: ['2'] }, { prompt: 'a', count: 2 }],
    ['generate_image', { prompt: 'a', size: { width: 2048, height: '2048' } }, { prompt: 'a', size: '2048x2048' }],
    ['generate_image', { prompt: 'a', size: [2688, 1536] }, { prompt: 'a', size: '2688x1536' }],
    ['generate_image', { prompt: 'a', model: 'Firefly Image 4 Ultra' }, { prompt: 'a', model: 'image4_ultra' }],
    ['generate_image', { prompt: 'a', model: 'image4' }, { prompt: 'a', model: 'image4_standard' }],
    ['generate_image', { prompt: 'a', content_class: 'Photography' }, { prompt: 'a', content_class: 'photo' }],
    ['generate_image', { prompt: 'a', wait_seconds: '30 s' }, { prompt: 'a', wait_seconds: 30 }],
    ['generate_image', { prompt: 'a', style_strength: '60%' }, { prompt: 'a', style_strength: 60 }],
    [
      'generate_image',
      { prompt: 'a', style_presets: 'anime, sketch' },
      { prompt: 'a', style_presets: ['anime', 'sketch'] },
    ],
    ['generate_image', { prompt: 'a', style_preset: "['anime',]" }, { prompt: 'a', style_presets: ['anime'] }],
    ['generate_video', { camera_motion: 'pan left' }, { camera_motion: 'camera pan left' }],
    ['generate_video', { shot_size: 'Close-up' }, { shot_size: 'close-up shot' }],
    ['upscale_image', { image: 'last', factor: '4x' }, { image: 'last', factor: 4 }],
    ['fill_image', { image: 'last', select: 'people' }, { image: 'last', select: 'person' }],
    ['show_images', { images: 'img_abc, job_def#2' }, { images: ['img_abc', 'job_def#2'] }],
    ['show_images', { images: 'a b.png, last' }, { images: ['a b.png', 'last'] }],
    ['show_images', { images: 'Anna, Bert.png' }, { images: ['Anna, Bert.png'] }],
    ['list_images', { text: 2024 }, { text: '2024' }],
    ['submit_batch', { prompts: "['a fox', \"it's a cat\"]" }, { prompts: ['a fox', "it's a cat"] }],
    ['submit_batch', { prompts: '[“a fox”, “a cat”]' }, { prompts: ['a fox', 'a cat'] }],
    ['submit_batch', { prompts: '["a fox", "a cat",]' }, { prompts: ['a fox', 'a cat'] }],
    ['submit_batch', { prompts: ['a fox\nat night'] }, { prompts: ['a fox\nat night'] }],
    ['submit_batch', { prompts: 'a fox\n' }, { prompts: ['a fox\n'] }],
    ['submit_batch', { prompts: '[red] a fox, at night' }, { prompts: ['[red] a fox, at night'] }],
    [
      'submit_batch',
      { prompts: 'a', common: "{'model': 'image3', 'confirm': None}" },
      { prompts: ['a'], common: { model: 'image3', confirm: null } },
    ],
  ])('of %s: %j are %j', (name, given, meant) => {
    expect(readBy(name, given)).toEqual(meant);
  });

  const rectangle = { shape: 'rectangle', x: 25, y: 0, width: 50, height: 40 };
  const corners = [
    [10, 10],
    [90, 10],
    [50, 90],
  ];
  test.each<[unknown, unknown]>([
    [{ type: 'Rect', left: 25, top: 0, w: 50, h: 40 }, rectangle],
    [
      { shape: 'box', x: '25%', y: 0, width: '50 %', height: '40percent' },
      { ...rectangle, unit: 'percent' },
    ],
    [
      { ...rectangle, x: '25px', y: 0, width: '50px', height: '40px' },
      { ...rectangle, unit: 'pixels' },
    ],
    [
      { ...rectangle, unit: 'px' },
      { ...rectangle, unit: 'pixels' },
    ],
    ["[{'shape': 'rectangle', 'x': 25, 'y': 0, 'width': 50, 'height': 40}]", rectangle],
    [
      { shape: 'polygon', points: [10, 10, 90, 10, 50, 90] },
      { shape: 'polygon', points: corners },
    ],
    [
      { shape: 'polygon', points: '10,10 90,10 50,90' },
      { shape: 'polygon', points: corners },
    ],
    [
      { shape: 'polygon', points: corners.map(([x, y]) => ({ x, y })) },
      { shape: 'polygon', points: corners },
    ],
    [
      {
        shape: 'polygon',
        points: [
          ['10%', '10%'],
          ['90%', '10%'],
          ['50%', '90%'],
        ],
      },
      { shape: 'polygon', points: corners, unit: 'percent' },
    ],
  ])('the shape %j is %j', (given, meant) => {
    expect(readBy('make_mask', { image: 'last', shapes: given })).toEqual({ image: 'last', shapes: [meant] });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['submit_batch', { prompts: "['a fox', it's a cat]" }, /"prompts" must be a list, but its text is not valid JSON/],
    ['submit_batch', { prompts: '["a fox", "a c' }, /"prompts" must be a list, but its text is not valid JSON/],
    ['submit_batch', { prompts: 'a fox\n\na cat' }, /"prompts" must be a list: a text of 2 lines may be one prompt, /],
    ['generate_image', { prompt: 'a', seed: 1, Seeds: 2 }, /has no argument "Seeds"/],
    ['generate_image', { prompt: 'a', seed: 1, seeds: [2] }, /has no argument "seed"/],
    [
      'submit_batch',
      { prompts: ['a'], aspectRatio: '16:9' },
      /has no argument "aspectRatio"\. It belongs into common, for all items, or into single items\./,
    ],
    ['generate_image', { prompt: ['a fox', 'a cat'] }, /"prompt" must be text, not a list/],
    ['generate_image', { prompt: true }, /"prompt" must be text, not true/],
    ['generate_image', { prompt: 'a', new_job: 2 }, /"new_job" must be true or false, not 2/],
    [
      'make_mask',
      { image: 'last', shapes: { shape: 'rectangle', x: '1%', y: 2, width: '3%', height: '4%' } },
      /must be a number, not "1%"/,
    ],
    [
      'make_mask',
      { image: 'last', shapes: { shape: 'rectangle', x: '1%', y: '2px', width: '3%', height: '4%' } },
      /must be a number, not "1%"/,
    ],
    [
      'make_mask',
      { image: 'last', shapes: { shape: 'rectangle', x: '1%', y: '2%', width: '3%', height: '4%', unit: 'pixels' } },
      /must be a number, not "1%"/,
    ],
    ['generate_image', { prompt: 'a', confirm: 'yes' }, /"confirm" must be true or false, not "yes"/],
    ['generate_image', { prompt: 'a', confirm: 1 }, /"confirm" must be true or false, not 1/],
    ['upscale_image', { image: 'last', factor: '4y' }, /"factor" must be a number, not "4y"/],
  ])('of %s that can mean several things are refused: %j', (name, given, words) => {
    expect(() => readBy(name, given)).toThrow(words);
  });
});
