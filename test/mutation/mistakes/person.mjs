const PERSON = 'test/images/subject/person.test.ts';

/** People are found, with natural edges, and masks are joined as callers say. @type {readonly import('../apply.mjs').Mistake[]} */
export const PERSONS = [
  {
    name: 'the net pads one pixel too many before a picture',
    file: 'src/images/subject/net/convolution.ts',
    within: 'placesOf',
    find: /kernel - length\) \/ 2/,
    replace: 'kernel - length) / 2 + 1',
    tests: ['test/images/subject/net/run-model.test.ts'],
  },
  {
    name: 'what the net saw in a mirror is not mirrored back',
    file: 'src/images/subject/person/find-people.ts',
    within: 'findPeople',
    find: /mirrorPlane\((lookForPeople\(.*?\))\)/,
    replace: '$1',
    tests: [PERSON],
  },
  {
    name: 'a picture without people has a person',
    file: 'src/images/subject/fit-person.ts',
    within: 'isNobody',
    find: /\|\| unsure > UNSURE.nobody \|\|/,
    replace: '&&',
    tests: [PERSON],
  },
  {
    name: 'edges are searched in means that forget where a picture ends',
    file: 'src/images/subject/edges/box-mean.ts',
    within: 'meanAlong',
    find: /count--/,
    replace: 'count += 0',
    tests: ['test/images/subject/edges/soft-edges.test.ts'],
  },
  {
    name: 'a shape that is subtracted is kept alone',
    file: 'src/images/masks/refining/combine.ts',
    within: 'JOINED',
    find: /255 - part/,
    replace: 'part',
    tests: ['test/images/masks/joining.test.ts'],
  },
  {
    name: 'a mask for a background opens the person',
    file: 'src/images/masks/refining/purpose.ts',
    within: 'edgeFor',
    find: /purpose === 'background'/,
    replace: "purpose !== 'background'",
    tests: ['test/images/masks/joining.test.ts'],
  },
  {
    name: 'a fit opens what is outside of its rectangle',
    file: 'src/images/masks/compose.ts',
    within: 'fittedPart',
    find: /return isLimit \?/,
    replace: 'return !isLimit ?',
    tests: ['test/images/masks/joining.test.ts'],
  },
];
