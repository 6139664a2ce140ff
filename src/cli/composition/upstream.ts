import type { Config } from '../../config/resolve.ts';
import type { FireflyOptions } from '../../firefly/options.ts';
import { Problem } from '../../shared/errors.ts';
import type { DemoEmulator } from './demo-emulator.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readTextFile } from '../terminal/text-file.ts';

/** Adobe, or the emulator of `--demo` in its place. */
export interface Upstream {
  /** Options with which the Firefly client reaches it. */
  readonly target: Pick<
    FireflyOptions,
    'apiUrl' | 'imsUrl' | 'trustedOrigins' | 'credentials' | 'accountName' | 'scopes' | 'proxy' | 'extraCa'
  >;
  /** The emulator of a demo; undefined where Adobe answers. */
  readonly emulator?: DemoEmulator;
  readonly close: () => Promise<void>;
}

/**
 * The upstream of this configuration; for `--demo` an emulator is started inside this process.
 * @param secretNow reads the client secret again
 * @throws Problem `certificates_unreadable`
 */
export async function openUpstream(
  config: Config,
  terminal: Pick<Terminal, 'clock' | 'random'>,
  secretNow?: () => string | undefined,
): Promise<Upstream> {
  const scopes = config.scopes.join(',');
  if (config.demo) {
    const { startDemoEmulator } = await import('./demo-emulator.ts');
    const emulator = await startDemoEmulator(config, terminal);
    return { target: { ...emulator.target, accountName: 'demo', scopes, proxy: {} }, emulator, close: emulator.close };
  }
  const { apiUrl, imsUrl, trustedOrigins, credentials, httpsProxy, noProxy } = config;
  return {
    target: {
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
    // Who can write to it can have the client secret sent to a server of their own. A read-only mount takes no writes.
    if (file?.distrust !== undefined && !file.isSealed)
      throw unusable(path, `is not used: ${file.distrust}`, undefined);
    if (file && /^-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/m.test(file.text)) return file.text;
    if (file) throw unusable(path, 'holds no certificate in PEM form', undefined);
  } catch (error) {
    throw error instanceof Problem ? error : unusable(path, 'cannot be read', error);
  }
  throw unusable(path, 'cannot be read', undefined);
}

function unusable(path: string, why: string, cause: unknown): Problem {
  return new Problem('certificates_unreadable', `The file named by NODE_EXTRA_CA_CERTS ${why}: ${path}.`, {
    next: 'Correct NODE_EXTRA_CA_CERTS or its file, which only its owner, you or root, may write to; or unset it.',
    places: [path],
    cause,
  });
}
