import { expect, test } from 'vitest';
import { treeOf } from '../../../src/apps/studio/model/lineage.ts';

test('what a picture was made from is named with what it was for, and a mask among it stands once', () => {
  const roles = [
    { role: 'image', image: 'img_a', file: 'beach.jpg' },
    { role: 'style', image: 'img_s', file: 'style.png' },
  ];
  const parents = { sources: ['img_a', 'img_s', 'img_m'], mask: 'img_m', roles };
  const { relatives } = treeOf('img_x', parents, [], new Map());
  expect(relatives.map(({ image, for: was }) => [image, was?.role, was?.file])).toEqual([
    ['img_a', 'image', 'beach.jpg'],
    ['img_s', 'style', 'style.png'],
    ['img_m', undefined, undefined],
    ['img_x', undefined, undefined],
  ]);
});
