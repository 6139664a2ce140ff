import { credential } from '../../../config/kinds.ts';
import { OPTIONS } from '../../../config/options.ts';
import { isPlaceholder } from '../../../config/placeholders.ts';
import { unwrapped } from '../../../config/references.ts';
import { configProblem, fromEnvironment, secretPath, type FileReader } from '../../../config/sources.ts';
import type { Where } from '../client.ts';
import type { Disk } from '../files/disk.ts';

/** What the environment gives. Empty text and placeholders of examples count as nothing, as they do for the server. */
export interface Offered {
  readonly clientId: string | undefined;
  readonly secret: string | undefined;
  /** The file that the environment names for the secret. */
  readonly secretFile: string | undefined;
}

/**
 * Reads the credentials of the environment.
 * @throws Problem `config_invalid` where a value is none, a file cannot be used, or a variable and its `…_FILE` are both set
 */
export function offeredCredentials(where: Where, disk: Disk): Offered {
  const id = valueOf(OPTIONS.clientId, where, disk);
  const secret = valueOf(OPTIONS.clientSecret, where, disk);
  return { clientId: id?.value, secret: secret?.value, secretFile: secret?.file };
}

function valueOf(
  option: typeof OPTIONS.clientId,
  where: Where,
  disk: Disk,
): { readonly value: string; readonly file: string | undefined } | undefined {
  const twice = option.variables.find((name) => where.env[name]?.trim() && where.env[`${name}_FILE`]?.trim());
  if (twice !== undefined) throw configProblem(`${twice} and ${twice}_FILE are both set.`, 'Remove one of them.');
  for (const { text, where: source } of fromEnvironment(option, where, readerOf(disk))) {
    const path = source.endsWith('_FILE') ? where.env[source]?.trim() : undefined;
    const bare = unwrapped(text);
    const isNothing = bare === '' || isPlaceholder(bare);
    if (isNothing && path === undefined) continue;
    const value = isNothing ? undefined : credential.parse(bare, where);
    if (value === undefined) {
      const subject = path === undefined ? source : `The content of the file that ${source} names`;
      const next = 'Correct it or remove the variable.';
      throw configProblem(`${subject} must be ${credential.expected}; its value is not shown.`, next);
    }
    return { value, file: path === undefined ? undefined : secretPath(source, path, where) };
  }
  return undefined;
}

function readerOf(disk: Disk): FileReader {
  return (path) => {
    const found = disk.look(path);
    if (found === undefined || found.kind === 'dangling') return undefined;
    if (found.kind === 'loop') throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
    if (found.kind !== 'file') throw Object.assign(new Error('no regular file'), { code: 'EFTYPE' });
    const { mode, distrust } = found;
    return { text: Buffer.from(disk.read(path)).toString('utf8'), mode, distrust };
  };
}
