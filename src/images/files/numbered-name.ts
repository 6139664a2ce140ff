import { Problem } from '../../shared/errors.ts';
import type { FileName } from './name-template.ts';

/** Most files of one name in a folder: "-2" to "-1000" are tried. */
const MOST_NAMES = 1000;

/** The names to try for a file, in their order: its own, then with "-2", "-3" … added. */
export function* numberedNames({ stem, ending }: FileName): Generator<string> {
  for (let number = 1; number <= MOST_NAMES; number++) {
    yield `${stem}${number === 1 ? '' : `-${number}`}${ending}`;
  }
}

/** The end of `numberedNames`: every name is taken. */
export function nameTaken(): Problem {
  return new Problem('name_taken', `There are already ${MOST_NAMES} files of this name.`, {
    next: 'Choose another name, for example with {id} in it.',
  });
}
