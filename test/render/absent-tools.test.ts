import { describe, expect, test } from 'vitest';
import {
  factsWithoutAbsentTools,
  renderedWithoutAbsentTools,
  withoutAbsentTools,
} from '../../src/render/absent-tools.ts';

const ABSENT = ['show_images', 'save_image'];

describe('advice about tools that are not offered', () => {
  test.each([
    ['Ask the user. Then call job_status.', 'Ask the user. Then call job_status.'],
    ['show_images shows it; save_image copies it. Pass a handle.', 'Pass a handle.'],
    ['job_status shows it; save_image copies it. Pass a handle.', 'job_status shows it. Pass a handle.'],
    ['save_image copies it; job_status shows it.', 'job_status shows it.'],
    ['save_image copies it; it is free.', 'It is free.'],
    ['Wait; save_image copies it; then ask.', 'Wait. Then ask.'],
    ['save_images is no tool.', 'save_images is no tool.'],
    ['save_image copies it.', ''],
  ])('is left out of "%s"', (text, expected) => {
    expect(withoutAbsentTools(text, ABSENT)).toBe(expected);
  });

  test('is replaced where no other next step is left, in the text and in the structured form', () => {
    const rendered = {
      text: 'Made 1 picture.\nPrompt: "Next: save_image"\nNote: save_image is free.\nNext: save_image copies it.',
      structured: {
        prompt: 'save_image',
        warnings: ['save_image is free.'],
        next: 'save_image copies it.',
        tool: 'save_image',
      },
      pictures: [],
      links: [],
      isError: false,
    };
    const nothing = 'This server offers no tool that goes on from here.';
    const { text, structured } = renderedWithoutAbsentTools(rendered, ABSENT);
    expect(text).toBe(`Made 1 picture.\nPrompt: "Next: save_image"\nNext: ${nothing}`);
    expect(structured).toEqual({ prompt: 'save_image', next: nothing, tool: 'save_image' });
    expect(renderedWithoutAbsentTools(rendered, [])).toBe(rendered);
  });

  test('is left out of the next step of an error too', () => {
    const error = { code: 'x', message: 'save_image failed.', next: 'Wait; save_image copies it.' };
    expect(factsWithoutAbsentTools({ error }, ABSENT)).toEqual({ error: { ...error, next: 'Wait.' } });
  });
});
