import { join } from 'node:path';
import { Problem } from '../../../src/shared/errors.ts';
import { plain } from '../../images/pictures.ts';
import { brokenComposites } from '../../support/composites.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

/** Size of the pictures `a.png` and `b.png`, which are edited. */
export const SIZE = { width: 80, height: 60 };
/** What an edit of them opens. */
export const SHAPES = [{ shape: 'rectangle', x: 30, y: 30, width: 40, height: 40 }];

/** Rooms with two pictures, in which no composite can be made until `composites.isBroken` is false. */
export async function lackingComposites() {
  const composites = brokenComposites(new Problem('disk_full', 'The disk is full.', { next: 'Make room.' }));
  const rooms = await TestRooms.open({ composites, settings: { preview: 'thumb' } });
  await rooms.file('a.png', await plain(SIZE.width, SIZE.height).png().toBuffer());
  await rooms.file('b.png', await plain(SIZE.width, SIZE.height).negate().png().toBuffer());
  return { rooms, composites, folder: (name: string) => join(rooms.settings.outputFolder, name) };
}
