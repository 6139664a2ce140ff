import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { newToken } from '../../mcp/http/new-token.ts';
import { errorCode, Problem } from '../../shared/errors.ts';
import { isOpenForOthers } from '../../shared/files/ownership.ts';
import type { Random } from '../../shared/random.ts';
import { readTextFile } from '../terminal/text-file.ts';

/**
 * The bearer token of HTTP serving: created at the first start, and stored in a file that only this user may read.
 * @throws Problem `token_file_open`, `home_unusable`
 */
export function localToken(path: string, { random, platform }: { random: Random; platform: NodeJS.Platform }): string {
  return readToken(path, platform) ?? createToken(path, random) ?? readToken(path, platform) ?? refuse(path, undefined);
}

function readToken(path: string, platform: NodeJS.Platform): string | undefined {
  const file = readTextFile(path);
  const token = file?.text.trim();
  if (!file || !token) return undefined;
  if (file.distrust !== undefined) {
    throw new Problem('token_file_open', `${path} is not used: ${file.distrust}.`, {
      next: 'Delete the file to get a new token.',
    });
  }
  if (platform !== 'win32' && isOpenForOthers(file.mode)) {
    throw new Problem('token_file_open', `${path} holds a secret, but other users can read it.`, {
      next: `Run: chmod 600 '${path}', or delete the file to get a new token.`,
    });
  }
  return token;
}

/** Undefined where another process has created the file meanwhile. */
function createToken(path: string, random: Random): string | undefined {
  const token = newToken(random);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${token}\n`, { flag: 'wx', mode: 0o600 });
    return token;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    return refuse(path, error);
  }
}

function refuse(path: string, cause: unknown): never {
  throw new Problem('home_unusable', `The token for HTTP cannot be stored in ${path}.`, {
    next: 'Set FIREFLY_HOME to a folder that this user can write to; delete the token file if it is empty.',
    cause,
  });
}
