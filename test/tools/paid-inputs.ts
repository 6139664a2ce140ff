import { LEFT_HALF, withPhoto } from '../catalogue/states/answer-state.ts';
import type { TestRooms } from '../support/rooms/test-rooms.ts';

/** One call of each paid tool that the tool takes. Pictures are files of these rooms. */
export const PAID_INPUTS: Readonly<Record<string, (rooms: TestRooms) => Promise<Record<string, unknown>>>> = {
  generate_image: async () => ({ prompt: 'a fox' }),
  fill_image: async (rooms) => ({ image: await withPhoto(rooms), mask_shapes: [LEFT_HALF] }),
  expand_image: async (rooms) => ({ image: await withPhoto(rooms), aspect_ratio: '16:9' }),
  edit_image: async (rooms) => ({ image: await withPhoto(rooms), prompt: 'make it evening' }),
  vary_image: async (rooms) => ({ image: await withPhoto(rooms) }),
  upscale_image: async (rooms) => ({ image: await withPhoto(rooms) }),
  composite_image: async (rooms) => ({ image: await withPhoto(rooms), prompt: 'a bottle on a beach' }),
  generate_video: async (rooms) => ({ first_frame: await withPhoto(rooms), prompt: 'a fox runs' }),
};

/** @throws Error for a paid tool that the table lacks */
export async function paidInput(tool: string, rooms: TestRooms): Promise<Record<string, unknown>> {
  const input = await PAID_INPUTS[tool]?.(rooms);
  if (input === undefined) throw new Error(`paid-inputs.ts has no call of ${tool}`);
  return input;
}
