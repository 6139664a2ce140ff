import sharp from 'sharp';
import { planExpand, type RoomRequest } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { cutForExpand } from '../../../src/images/composites/upload/cut.ts';
import type { StillType } from '../../../src/images/media.ts';
import { MAKING } from './fill.ts';
import { decoded } from './scenes.ts';
import { answerTo } from './stand-in.ts';

/** Expands an encoded picture: plan, cut, stand-in, composite. */
export async function expand(bytes: Uint8Array, mimeType: StillType, asked: RoomRequest, longest = 3999, least = 1) {
  const { width, height } = await decoded(bytes);
  const plan = planExpand({ width, height }, asked, longest, least);
  const cut = await cutForExpand({ bytes, mimeType }, plan.placed);
  const { painted, placed } = plan;
  const canvas = new Uint8Array(painted.width * painted.height * 3).fill(128);
  const sent = await sharp(cut.bytes).toColourspace('srgb').raw().toBuffer();
  const across = placed.right - placed.left;
  for (let y = placed.top; y < placed.bottom; y++) {
    canvas.set(
      sent.subarray((y - placed.top) * across * 3, (y - placed.top + 1) * across * 3),
      (y * painted.width + placed.left) * 3,
    );
  }
  const box = { x: placed.left, y: placed.top, width: across, height: placed.bottom - placed.top };
  const mask = new Uint8Array(painted.width * painted.height).fill(255);
  for (let y = box.y; y < box.y + box.height; y++)
    mask.fill(0, y * painted.width + box.x, y * painted.width + box.x + box.width);
  const { jpeg } = await answerTo({ ...painted, data: canvas }, mask, 3, { content: { discs: 0 } });
  const composite = await makeComposite({ kind: 'expand', source: { bytes, mimeType }, answer: jpeg, plan }, MAKING);
  return { composite, plan };
}
