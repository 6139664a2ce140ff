import { resolveConfig, type Config } from '../../config/resolve.ts';
import { createLogger, type Logger } from '../../shared/logger.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readTextFile } from '../terminal/text-file.ts';

/** The configuration of this run, and the log that follows it. */
export interface Configured {
  readonly config: Config;
  readonly logger: Logger;
  /** More values that the log must never show; read at each line, since tokens change. */
  readonly hide: (secrets: () => readonly string[]) => void;
  /** The client secret as it is configured now: its file may have changed since. Undefined where it cannot be read. */
  readonly secretNow?: () => string | undefined;
}

/**
 * Resolves the configuration and opens the log on stderr. A command that answers once and ends (`oneShot`) leaves
 * ordinary events out of it, since people read its stderr.
 * @throws Problem `config_invalid`
 */
export function configure(flags: ParsedFlags, terminal: Terminal, { oneShot = false } = {}): Configured {
  const { env, cwd, home, platform, clock } = terminal;
  const demo = flags.booleans.has('demo');
  const resolve = () => resolveConfig({ flags: flags.options, env, cwd, home, platform, demo, readFile: readTextFile });
  const config = resolve();
  const hidden: (() => readonly string[])[] = [() => ownSecrets(config)];
  const logger = createLogger({
    level: oneShot && config.logLevel === 'info' ? 'warn' : config.logLevel,
    write: (line) => terminal.err(line),
    now: () => clock.now(),
    secrets: () => hidden.flatMap((secrets) => secrets()),
  });
  for (const warning of config.warnings) logger.warn('unknown_variable', { warning });
  const secretNow = () => {
    try {
      return resolve().credentials?.clientSecret;
    } catch (error) {
      logger.warn('secret_unreadable', { error });
      return undefined;
    }
  };
  return { config, logger, hide: (secrets) => hidden.push(secrets), secretNow };
}

function ownSecrets({ credentials, httpsProxy, databaseUrl }: Config): readonly string[] {
  const passwords = [httpsProxy, databaseUrl].flatMap(passwordsOf);
  const secrets = [credentials?.clientSecret, credentials?.accessToken, ...passwords];
  return secrets.filter((secret) => secret !== undefined).filter((secret) => secret !== '');
}

/** As they stand in the address and as they are meant; PostgreSQL's addresses may also name one as a parameter. */
function passwordsOf(address: string | undefined): readonly string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { password, search } = new URL(address);
  const written = [password, ...Array.from(search.matchAll(/[?&]password=([^&]*)/g), ([, value]) => value ?? '')];
  return written.flatMap((text) => [text, decoded(text)]);
}

function decoded(text: string): string {
  return new URLSearchParams(`text=${text.replaceAll('+', '%2B')}`).get('text') ?? '';
}
