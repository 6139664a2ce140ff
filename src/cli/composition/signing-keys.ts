import { join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { Problem } from '../../shared/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { keptSecret, readSecret } from './kept-secret.ts';

/** Characters of a key: 32 of base64 are 192 bits. */
const LEAST_LENGTH = 32;

/**
 * Keys of signed links and cookies: each line of FIREFLY_SIGNING_KEY_FILE, or one that is made for the data folder. The
 * first signs, and all are accepted.
 * @throws Problem `token_file_open`, `home_unusable`, `config_invalid`
 */
export function signingKeys(
  { home, signingKeyFile }: Pick<Config, 'home' | 'signingKeyFile'>,
  terminal: Pick<Terminal, 'random' | 'platform'>,
): readonly string[] {
  if (signingKeyFile === undefined) return [keptSecret(join(home, 'signing-key'), terminal)];
  const text = readSecret(signingKeyFile, terminal.platform, 'Or name another file');
  const keys = (text ?? '').split(/\s*\n\s*/).filter((key) => key !== '');
  if (keys.length > 0 && keys.every((key) => key.length >= LEAST_LENGTH)) return keys;
  const message = `FIREFLY_SIGNING_KEY_FILE must hold a key of at least ${LEAST_LENGTH} characters in each line.`;
  throw new Problem('config_invalid', message, {
    next: `Make one: openssl rand -base64 32 > '${signingKeyFile}'`,
  });
}
