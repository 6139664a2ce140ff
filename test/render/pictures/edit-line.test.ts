import { expect, test } from 'vitest';
import { pictureLines } from '../../../src/render/pictures/picture.ts';
import type { PictureFacts } from '../../../src/render/schemas.ts';

const picture = (transition: number): PictureFacts => ({
  image: 'img_a',
  uri: 'firefly://images/img_a',
  width: 512,
  height: 512,
  mime_type: 'image/png',
  bytes: 1000,
  edit: { adobe_picture: 'img_b', kept: 'exact', transition, seam: 'even', painted_at: '1152x896' },
});

test('an edit says that pixels outside of its mask are blended, before it says that the rest is unchanged', () => {
  expect(pictureLines(picture(3))).toContain(
    '  pixels up to 3 px outside of the mask are blended, the rest is unchanged; painted at 1152x896; as Adobe made it: img_b',
  );
  expect(pictureLines(picture(0)).join()).not.toContain('blended');
});
