import type { Config } from '../../config/resolve.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { FireflyOptions } from '../../firefly/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** An emulator inside this process. */
export interface DemoEmulator {
  /** Options with which the Firefly client reaches it. */
  readonly target: Pick<FireflyOptions, 'apiUrl' | 'imsUrl' | 'trustedOrigins' | 'credentials'>;
  /** As `Emulator.hasJobOf`. */
  readonly hasJobOf: Emulator['hasJobOf'];
  readonly close: () => Promise<void>;
}

/** Duration of a job: long enough to watch and cancel it, but shorter than at Adobe. */
const LATENCY_MS = 3_000;

/** Starts the emulator on free ports, with the rate limit that the engine of `--demo` expects. */
export async function startDemoEmulator(
  config: Pick<Config, 'perMinute'>,
  { clock, random }: Pick<Terminal, 'clock' | 'random'>,
): Promise<DemoEmulator> {
  const { startEmulator } = await import('../../emulator/index.ts');
  const emulator = await startEmulator({
    port: 0,
    rpm: config.perMinute,
    latencyMs: LATENCY_MS,
    // Other users of the machine, and pages in its browsers, have no business with a demo.
    httpControl: false,
    clock,
    random,
  });
  return {
    target: {
      apiUrl: emulator.apiOrigin,
      imsUrl: emulator.imsOrigin,
      trustedOrigins: [emulator.shardOrigin, emulator.storageOrigin],
      credentials: emulator.credentials,
    },
    hasJobOf: (url) => emulator.hasJobOf(url),
    close: () => emulator.close(),
  };
}
