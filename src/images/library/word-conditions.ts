import type { SqlValue } from '../../store/database.ts';
import { containing, withLine } from './image-row.ts';

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** SQL condition: a row `i` of `images` was made from an import whose words match. */
const FROM_IMPORT = (words: string) => `EXISTS (SELECT 1 FROM image_sources made
  JOIN images given ON given.id = made.source
  WHERE made.image = i.id AND given.kind = 'import' AND ${words} LIKE ? ESCAPE '!')`;

/** Pictures whose prompt or file name contains this text, or the name of a file that they were made from. */
export function withWords(text: string): Condition {
  const pattern = containing(text);
  return { sql: `(i.words LIKE ? ESCAPE '!' OR ${FROM_IMPORT('given.words')})`, params: [pattern, pattern] };
}

/**
 * Pictures that were made from a file of this name, whatever the case. Files with equal bytes are one import under the
 * name that came first; the name that a call gave is among the words of what it made.
 */
export function madeFromFile(name: string): Condition {
  const pattern = withLine(name);
  const lines = (words: string) => `('\n' || ${words} || '\n')`;
  const isMade = 'EXISTS (SELECT 1 FROM image_sources made WHERE made.image = i.id)';
  return {
    sql: `(${FROM_IMPORT(lines('given.words'))} OR (${lines('i.words')} LIKE ? ESCAPE '!' AND ${isMade}))`,
    params: [pattern, pattern],
  };
}
