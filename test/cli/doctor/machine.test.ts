import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judgeHome } from '../../../src/cli/doctor/machine.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

test('a data folder that other users can open is a warning, except on Windows, which has no permission bits', async () => {
  const folder = temporaryFolder('firefly-doctor-');
  try {
    chmodSync(folder, 0o755);
    expect(await judgeHome(folder, 'linux')).toMatchObject({
      verdict: 'warn',
      next: expect.stringMatching(/chmod 700/),
    });
    expect(await judgeHome(folder, 'darwin')).toMatchObject({ verdict: 'warn' });
    expect(await judgeHome(folder, 'win32')).toMatchObject({ verdict: 'ok' });
    chmodSync(folder, 0o700);
    expect(await judgeHome(folder, 'linux')).toMatchObject({ verdict: 'ok' });
  } finally {
    removeFolder(folder);
  }
});
