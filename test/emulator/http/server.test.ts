import { expect, test } from 'vitest';
import { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET, emulatorEnv, startEmulator } from '../../../src/emulator/index.ts';
import { ownPorts } from '../../support/ports.ts';
import { ask, tokenForm } from '../raw.ts';

test('an emulator with default credentials gives the variables that point the product at it', async () => {
  const emulator = await startEmulator();
  const { apiOrigin, shardOrigin, storageOrigin } = emulator;
  await emulator.close();
  expect(emulatorEnv(emulator)).toEqual({
    FIREFLY_API_URL: apiOrigin,
    FIREFLY_IMS_URL: apiOrigin,
    FIREFLY_TRUSTED_ORIGINS: `${shardOrigin},${storageOrigin}`,
    FIREFLY_CLIENT_ID: EMULATOR_CLIENT_ID,
    FIREFLY_CLIENT_SECRET: EMULATOR_CLIENT_SECRET,
  });
  expect(new Set([apiOrigin, shardOrigin, storageOrigin]).size).toBe(3);
});

test('an emulator with other credentials issues tokens for them', async () => {
  const own = await startEmulator({ clientId: 'me', clientSecret: 'mine' });
  const answer = await ask(`${own.imsOrigin}/ims/token/v3`, tokenForm(own));
  await own.close();
  expect([answer.status, own.credentials]).toEqual([200, { clientId: 'me', clientSecret: 'mine' }]);
  expect(emulatorEnv(own)).toMatchObject({ FIREFLY_CLIENT_ID: 'me', FIREFLY_CLIENT_SECRET: 'mine' });
});

test('an emulator listens on ports N to N+2, names a taken one, frees the others, and can be closed twice', async () => {
  const { first: below, release } = await ownPorts(5);
  const port = below + 2;
  const first = await startEmulator({ port });
  const origins = [first.apiOrigin, first.shardOrigin, first.storageOrigin];
  expect(origins.map((origin) => Number(new URL(origin).port))).toEqual([port, port + 1, port + 2]);
  expect(first.imsOrigin).toBe(first.apiOrigin);
  const taken = { code: 'emulator_port_taken', actor: 'operator' };
  await expect(startEmulator({ port })).rejects.toMatchObject(taken);
  // Only the last port of these three is taken.
  await expect(startEmulator({ port: below })).rejects.toMatchObject(taken);
  await first.close();
  await first.close();
  // The ports that were opened before the taken one are free again.
  const second = await startEmulator({ port: below });
  await second.close();
  release();
});
