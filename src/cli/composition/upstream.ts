import type { Config } from '../../config/resolve.ts';
import type { FireflyOptions } from '../../firefly/options.ts';
import { Problem } from '../../shared/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readTextFile } from '../terminal/text-file.ts';

/** Adobe, or the emulator in its place. */
export interface Adobe {
  /** What the Firefly client has to know to reach it. */
  readonly reach: Pick<
    FireflyOptions,
    'apiUrl' | 'imsUrl' | 'trustedOrigins' | 'credentials' | 'scopes' | 'proxy' | 'extraCa'
  >;
  readonly close: () => Promise<void>;
}

/**
 * Where requests go: Adobe as configured, or an emulator inside this process for `--demo`. `secretNow` reads the client
 * secret again.
 * @throws Problem `certificates_unreadable`
 */
export async function openAdobe(
  config: Config,
  terminal: Pick<Terminal, 'clock' | 'random'>,
  secretNow?: () => string | undefined,
): Promise<Adobe> {
  const scopes = config.scopes.join(',');
  if (config.demo) {
    const { startDemoEmulator } = await import('./demo-emulator.ts');
    const emulator = await startDemoEmulator(config, terminal);
    return {
      reach: { ...emulator.reach, scopes, proxy: {} },
      close: emulator.close,
    };
  }
  const { apiUrl, imsUrl, trustedOrigins, credentials, httpsProxy, noProxy } = config;
  return {
    reach: {
      apiUrl,
      imsUrl,
      trustedOrigins,
      credentials: credentials && { ...credentials, secretNow },
      scopes,
      proxy: { httpsProxy, noProxy },
      extraCa: extraCa(config),
    },
    close: async () => undefined,
  };
}

function extraCa({ extraCaCerts: path }: Config): string | undefined {
  if (path === undefined) return undefined;
  try {
    const file = readTextFile(path);
    if (file) return file.text;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, undefined);
}

function unreadable(path: string, cause: unknown): Problem {
  return new Problem('certificates_unreadable', `The file that NODE_EXTRA_CA_CERTS names cannot be read: ${path}.`, {
    actor: 'operator',
    next: 'Correct NODE_EXTRA_CA_CERTS or unset it.',
    cause,
  });
}
