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
];
