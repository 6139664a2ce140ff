import fc from 'fast-check';
import { tools } from '../../../src/tools/registry.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';
import { anAnswer } from '../an-answer.ts';
import { toolArguments } from '../generators/arguments.ts';
import type { WayIn } from '../inputs.ts';

/** Arguments of each tool. */
export const toolCalls: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const names = fc.constantFrom(...tools.map(({ name }) => name));
  await more(fc.tuple(names, toolArguments), ([tool, input]) => anAnswer(rooms, tool, input));
};
