import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TextFile } from '../../../config/sources.ts';
import { newToken } from '../../../mcp/http/new-token.ts';
import { errorCode, Problem } from '../../../shared/errors.ts';
import { isOpenForOthers } from '../../../shared/files/ownership.ts';
import type { Random } from '../../../shared/random.ts';
import { readTextFile } from '../../terminal/text-file.ts';

/**
 * A secret of this installation, such as the bearer token of local HTTP: 256 random bits, made at the first start and kept
 * in a file that only this user may read.
 * @throws Problem `token_file_open`, `home_unusable`
 */
export function keptSecret(path: string, { random, platform }: { random: Random; platform: NodeJS.Platform }): string {
  const read = () => readSecret(path, platform, 'Delete the file to get a new one');
  return read() ?? create(path, random) ?? read() ?? refuse(path, undefined);
}

/**
 * The text of a file that holds secrets; undefined where there is none, or nothing in it.
 * @param other what else the operator can do, as a clause without a full stop
 * @throws Problem `token_file_open` where others may read or write the file, or own it, and for what is no readable file
 */
export function readSecret(path: string, platform: NodeJS.Platform, other: string): string | undefined {
  const file = readOrExplain(path, other);
  const text = file?.text.trim();
  if (!file || !text) return undefined;
  if (file.distrust !== undefined) {
    throw new Problem('token_file_open', `${path} is not used: ${file.distrust}.`, { next: `${other}.` });
  }
  if (platform !== 'win32' && isOpenForOthers(file.mode) && file.isSealed !== true) {
    throw new Problem('token_file_open', `${path} holds a secret, but other users can read it.`, {
      next: `Run: chmod 600 '${path}'. ${other}.`,
    });
  }
  return text;
}

function readOrExplain(path: string, other: string): TextFile | undefined {
  try {
    return readTextFile(path);
  } catch (cause) {
    const code = errorCode(cause) ?? 'error';
    const why = code === 'EFTYPE' ? 'it is no regular file' : `it cannot be read (${code})`;
    throw new Problem('token_file_open', `${path} is not used: ${why}.`, { next: `${other}.`, cause });
  }
}

/** Undefined where another process has created the file meanwhile. */
function create(path: string, random: Random): string | undefined {
  const secret = newToken(random);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${secret}\n`, { flag: 'wx', mode: 0o600 });
    return secret;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    return refuse(path, error);
  }
}

function refuse(path: string, cause: unknown): never {
  throw new Problem('home_unusable', `A secret of this server cannot be stored in ${path}.`, {
    next: 'Set FIREFLY_HOME to a folder that this user can write to; delete the file if it is empty.',
    cause,
  });
}
