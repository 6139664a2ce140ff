import { expect, test } from 'vitest';
import {
  fitted,
  moved,
  pinched,
  toPicture,
  toWindow,
  visiblePart,
  zoomedAt,
} from '../../../src/apps/studio/model/viewport.ts';

const picture = { width: 6000, height: 4000 };
const box = { width: 900, height: 700 };
const insets = { top: 60, right: 20, bottom: 40, left: 80 };
const fit = fitted(picture, box, insets);

test('a picture fits between the bars, in the middle', () => {
  const corner = toWindow(fit, { x: 6000, y: 4000 });
  expect(fit.x).toBeCloseTo(80);
  expect(corner.x).toBeCloseTo(880);
  expect(fit.y - 60).toBeCloseTo(660 - corner.y);
});

test('what is under the pointer stays there while it is zoomed, and places go there and back', () => {
  const at = { x: 333, y: 222 };
  const near = zoomedAt(fit, 3, at, fit.scale);
  const [before, after] = [toPicture(fit, at), toPicture(near, at)];
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
  expect(toWindow(near, after)).toEqual({ x: expect.closeTo(333), y: expect.closeTo(222) });
});

test('zoom ends where pixels are plain to see, and where the picture is half as large as it fits', () => {
  expect(zoomedAt(fit, 1e6, { x: 0, y: 0 }, fit.scale).scale).toBe(16);
  expect(zoomedAt(fit, 1e-6, { x: 0, y: 0 }, fit.scale).scale).toBeCloseTo(fit.scale / 2);
});

test('a picture cannot be moved out of sight', () => {
  const away = moved(fit, 1e5, -1e5, picture, box);
  expect(away.x).toBeLessThan(box.width);
  expect(away.y + picture.height * away.scale).toBeGreaterThan(0);
});

test('two fingers zoom by their distance and move by their middle', () => {
  const spread = pinched(
    fit,
    [
      { x: 100, y: 100 },
      { x: 200, y: 100 },
    ],
    [
      { x: 60, y: 150 },
      { x: 260, y: 150 },
    ],
    fit.scale,
  );
  expect(spread.scale).toBeCloseTo(fit.scale * 2);
  const middle = toPicture(fit, { x: 150, y: 100 });
  expect(toWindow(spread, middle)).toEqual({ x: expect.closeTo(160), y: expect.closeTo(150) });
});

test('the map shows the part that is seen', () => {
  const { x, y, width, height } = visiblePart({ scale: 1, x: -1200, y: -400 }, picture, box);
  expect([x, y, width, height]).toEqual([0.2, 0.1, expect.closeTo(0.15), expect.closeTo(0.175)]);
});
