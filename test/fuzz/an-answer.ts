import { expect } from 'vitest';
import { isRecord } from '../../src/shared/text/json.ts';
import { hiddenIn } from '../support/hostile.ts';
import type { TestRooms } from '../support/rooms/test-rooms.ts';

/** Calls a tool: its answer is no defect and hides nothing, and a refusal was not paid for. */
export async function anAnswer(rooms: TestRooms, tool: string, input: unknown): Promise<void> {
  const submitted = rooms.adobe.submits.length;
  const { text: shown, structured, isError } = await rooms.answer(tool, input);
  const error = isRecord(structured?.['error']) ? structured['error']['code'] : undefined;
  expect(error, shown).not.toBe('internal_error');
  expect(hiddenIn(shown + JSON.stringify(structured ?? {}))).toEqual([]);
  // What was refused was not paid for.
  if (isError) expect(rooms.adobe.submits.length).toBe(submitted);
}
