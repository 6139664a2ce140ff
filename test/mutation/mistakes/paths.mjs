/** Files are read and written only where that was allowed. @type {readonly import('../apply.mjs').Mistake[]} */
export const PATHS = [
  {
    name: 'a sibling folder whose name begins alike counts as inside',
    file: 'src/images/import/local-file.ts',
    within: 'isWithin',
    find: /return way !== '' .*;/,
    replace: "return way === way && path.startsWith(folder) && !isAbsolute(way) && sep !== '';",
    tests: ['test/images/import/local-file.test.ts'],
  },
  {
    name: 'the path is judged, not the file that was opened',
    file: 'src/images/import/local-file.ts',
    within: 'readLocalFile',
    find: /if \(!real\.some\(.*?\)\) throw/,
    replace: 'if (actual === path) throw',
    tests: ['test/images/import/local-file.test.ts'],
  },
  {
    name: 'a link leads out of the output folder',
    file: 'src/images/files/held-folder.ts',
    within: 'HeldFolder.#open',
    find: /if \(!isInside\(.*?\)\) throw [^;]*;/,
    replace: '',
    tests: ['test/images/files/output-folder.test.ts'],
  },
  {
    name: 'an existing file is overwritten',
    file: 'src/images/files/atomic-write.ts',
    within: 'linkOrMove',
    find: /link\(partial, address\)/,
    replace: 'rename(partial, address)',
    tests: ['test/tools/library/image-tools.test.ts'],
  },
];
