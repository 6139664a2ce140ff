import type { Emulator } from '../../src/emulator/index.ts';

/** The variables that point the program at an emulator. */
export function emulatorEnvironment(emulator: Emulator): Record<string, string> {
  return {
    FIREFLY_API_URL: emulator.apiOrigin,
    FIREFLY_IMS_URL: emulator.imsOrigin,
    FIREFLY_TRUSTED_ORIGINS: `${emulator.shardOrigin},${emulator.storageOrigin}`,
    FIREFLY_CLIENT_ID: emulator.credentials.clientId,
    FIREFLY_CLIENT_SECRET: emulator.credentials.clientSecret,
  };
}
