/** A mask opens what was asked for, and nothing is paid for a mask that opens nothing. @type {readonly import('../apply.mjs').Mistake[]} */
export const MASKS = [
  {
    name: 'a mask that opens nothing is paid for',
    file: 'src/images/masks/coverage.ts',
    within: 'requireOpen',
    find: /if \(.*?\) return;/,
    replace: 'if (inverted || !inverted) return;',
    tests: ['test/images/masks/compose.test.ts', 'test/tools/masks/make-mask.test.ts'],
  },
  {
    name: 'a mask of another size than its picture is sent',
    file: 'src/images/masks/mask.ts',
    within: 'requireSameSize',
    find: /mask\.width === picture\.width &&/,
    replace: 'mask.width > 0 ||',
    tests: ['test/tools/edit/fill/fill-image.test.ts'],
  },
  {
    name: 'a negative grow makes a mask larger',
    file: 'src/images/masks/refining/grow.ts',
    within: 'grow',
    find: /pixels < 0 \? 255 : 0/,
    replace: '0',
    tests: ['test/images/masks/compose.test.ts'],
  },
  {
    name: 'a feathered mask closes along the edge of the picture',
    file: 'src/images/masks/refining/feather.ts',
    within: 'blurRows',
    find: /padded\.fill\(row\[0\] \?\? 0, 0, margin\)/,
    replace: 'padded.fill(0, 0, margin)',
    tests: ['test/images/masks/compose.test.ts'],
  },
  {
    name: 'a mask that grows is not inverted',
    file: 'src/images/masks/compose.ts',
    within: 'composeMask',
    find: /grow\(inverted,/,
    replace: 'grow(joined,',
    tests: ['test/images/masks/compose.test.ts'],
  },
];
