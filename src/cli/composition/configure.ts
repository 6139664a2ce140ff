import { pathRules } from '../../config/environment.ts';
import { resolveConfig, resolveHome, type Config } from '../../config/resolve.ts';
import { lockedFolder, requireReachable } from '../../shared/files/locked-folder.ts';
import { createLogger, type Logger, type Secrets } from '../../shared/logger.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { requireDefaults } from './check-defaults.ts';
import { requireFolders } from './check-folders.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readTextFile } from '../terminal/text-file.ts';
import { requireTrustedHome } from './trusted-home.ts';

/** The configuration of this run, and its log. */
export interface Configured {
  readonly config: Config;
  readonly logger: Logger;
  /** Adds secrets that the log must never show. Called for each log line, since tokens change. */
  readonly hide: (secrets: () => Secrets) => void;
  /** Reads the client secret again, since its file may have been rotated. Undefined where it cannot be read. */
  readonly secretNow?: () => string | undefined;
}

/**
 * Resolves the configuration and opens the log on stderr.
 * @param options `oneShot`: a command that answers once and ends logs no `info` events, and in plain sentences, since people
 *   read its stderr, as they do on a screen;
 *   `diagnoses`: it says itself what is wrong with folders
 * @throws Problem `config_invalid`, `home_unusable`
 */
export function configure(
  flags: ParsedFlags,
  terminal: Terminal,
  { oneShot = false, diagnoses = false } = {},
): Configured {
  const { env, cwd, home, platform, clock } = terminal;
  const { options, lists } = flags;
  const demo = flags.booleans.has('demo');
  const dataFolder = resolveHome({ flags: options, env, cwd, home, platform });
  const configFile = pathRules(terminal).join(dataFolder, 'config.json');
  // A data folder that cannot be entered is a finding of the doctor, who goes on without its config.json.
  const readFile = (path: string) =>
    diagnoses && path === configFile && lockedFolder(dataFolder) !== undefined ? undefined : readTextFile(path);
  const resolve = () => resolveConfig({ flags: options, lists, env, cwd, home, platform, demo, readFile });
  if (!diagnoses) requireReachable(dataFolder);
  requireTrustedHome(dataFolder);
  const config = resolve();
  requireDefaults(config);
  if (!diagnoses) requireFolders(config);
  // What runs on a screen is read by a person, who gets sentences; a log gets JSON.
  const isRead = oneShot || terminal.errScreen !== undefined;
  const hidden: (() => Secrets)[] = [() => configuredSecrets(config)];
  const logger = createLogger({
    level: config.logLevel !== 'info' ? config.logLevel : diagnoses ? 'error' : isRead ? 'warn' : 'info',
    plain: isRead,
    write: (line) => terminal.err(line),
    now: () => clock.now(),
    secrets: () => hidden.flatMap((secrets) => secrets()),
  });
  for (const warning of config.warnings) logger.warn('configuration', { warning });
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

/** The client secret, the token and the passwords of a configuration. */
export function configuredSecrets({ credentials, httpsProxy, databaseUrl }: Config): readonly string[] {
  const passwords = [httpsProxy, databaseUrl].flatMap(passwordsOf);
  const secrets = [credentials?.clientSecret, credentials?.accessToken, ...passwords];
  return secrets.filter((secret) => secret !== undefined).filter((secret) => secret !== '');
}

/** Passwords of a URL, percent-encoded and decoded; a PostgreSQL URL may have one as a parameter too. */
function passwordsOf(address: string | undefined): readonly string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { password, search } = new URL(address);
  const encoded = [password, ...Array.from(search.matchAll(/[?&]password=([^&]*)/g), ([, value]) => value ?? '')];
  return encoded.flatMap((text) => [text, decoded(text)]);
}

function decoded(text: string): string {
  return new URLSearchParams(`text=${text.replaceAll('+', '%2B')}`).get('text') ?? '';
}
