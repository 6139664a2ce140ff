import { describe, expect, test } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { checkAnswer } from './check-answer.ts';

const answer = (structured: Record<string, unknown> | undefined, text = 'Done.'): Rendered => ({
  text,
  structured,
  pictures: [],
  links: [],
  isError: false,
});
const ERROR = { code: 'unknown_job', message: 'There is no such job.', who_can_act: 'caller', next: 'List them.' };

describe('an answer of a tool', () => {
  test('passes where it keeps to its schemas', () => {
    checkAnswer('job_status', answer({ job: 'job_x', state: 'queued', images: [] }));
    checkAnswer('job_status', answer({ error: ERROR }, 'There is no such job.\nCode: unknown_job.'));
    checkAnswer('show_images', answer(undefined));
  });

  test.each([
    ['texts where the schema promises objects', 'job_status', { batch: 'batch_x', images: ['img_x'] }],
    ['null for a missing value', 'job_status', { job: 'job_x', prompt: null }],
    ['an undefined property', 'job_status', { job: 'job_x', prompt: undefined }],
    ['a state that no schema has', 'job_status', { job: 'job_x', state: 'done' }],
    ['a field that no schema declares', 'generate_image', { job: 'job_x', cost: 1 }],
    ['an inner field that no schema declares', 'save_image', { saved: [{ ...saved(), folder: 'x' }] }],
    ['an inner field missing', 'save_image', { saved: [{ image: 'img_x' }] }],
    ['an error whose code is not in the text', 'job_status', { error: ERROR }],
    ['a structured form where none is promised', 'show_images', { image: 'img_x' }],
    ['no structured form where one is promised', 'job_status', undefined],
  ] as const)('is refused with %s', (_name, tool, structured) => {
    expect(() => checkAnswer(tool, answer(structured && { ...structured }))).toThrow();
  });

  test('is refused without text', () => {
    expect(() => checkAnswer('job_status', answer({ job: 'job_x' }, ''))).toThrow(/answers with text/);
  });
});

function saved() {
  return { image: 'img_x', path: '/out/x.png', bytes: 1, mime_type: 'image/png' };
}
