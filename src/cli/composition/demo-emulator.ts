import type { FireflyOptions } from '../../firefly/options.ts';
import type { Config } from '../../config/resolve.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** An emulator inside this process, and what the Firefly client has to know to reach it. */
export interface DemoEmulator {
  readonly reach: Pick<FireflyOptions, 'apiUrl' | 'imsUrl' | 'trustedOrigins' | 'credentials'>;
  readonly close: () => Promise<void>;
}

/** How long a job takes: long enough to watch and to cancel, short enough to play with. Adobe takes longer. */
const LATENCY_MS = 3_000;

/** Starts the emulator on free ports, with the quota that the engine of `--demo` keeps to. */
export async function startDemoEmulator(
  config: Pick<Config, 'perMinute'>,
  { clock, random }: Pick<Terminal, 'clock' | 'random'>,
): Promise<DemoEmulator> {
  const { startEmulator } = await import('../../emulator/index.ts');
  const emulator = await startEmulator({ port: 0, rpm: config.perMinute, latencyMs: LATENCY_MS, clock, random });
  return {
    reach: {
      apiUrl: emulator.apiOrigin,
      imsUrl: emulator.imsOrigin,
      trustedOrigins: [emulator.shardOrigin, emulator.storageOrigin],
      credentials: emulator.credentials,
    },
    close: () => emulator.close(),
  };
}
