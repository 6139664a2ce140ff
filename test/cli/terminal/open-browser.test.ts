import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { invitation } from '../../../src/cli/commands/serve/studio.ts';
import { openBrowser } from '../../../src/cli/terminal/open-browser.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-opener-')));
afterEach(() => removeFolder(folder));

/** Opens an address by a script in place of `xdg-open`. */
function openBy(script: string): Promise<boolean> {
  const opener = join(folder, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\n${script}\n`);
  chmodSync(opener, 0o700);
  return openBrowser('http://127.0.0.1:1/', { platform: 'linux', env: { PATH: folder }, clock: systemClock });
}

describe.skipIf(process.platform === 'win32')('a browser', () => {
  test.each([
    ['exit 0', true],
    ['exit 3', false],
    ['kill -9 $$', false],
    ['exec /bin/sleep 3', true],
  ])('whose opener does "%s" counts as opened: %s', async (script, expected) => {
    expect(await openBy(script)).toBe(expected);
  });

  test('without an opener is not opened', async () => {
    const nothing = { platform: 'linux', env: { PATH: folder }, clock: systemClock } as const;
    expect(await openBrowser('http://127.0.0.1:1/', nothing)).toBe(false);
  });
});

describe('the words of "studio"', () => {
  const address = 'http://127.0.0.1:1/studio?code=x';

  test.each([
    [{ onlyPrints: false, isOpened: true, address }, /^Your browser was asked .* If it shows nothing, open .*code=x\n/],
    [{ onlyPrints: false, isOpened: false, address }, /^No browser could be opened\. Open this address, .*code=x\n/],
    [{ onlyPrints: true, isOpened: false, address }, /^Open this address, which works once: .*code=x\n/],
    [{ onlyPrints: false, isOpened: true, address: undefined }, /^Your browser was asked .* --no-open", which prints/],
    [{ onlyPrints: false, isOpened: false, address: undefined }, /^No browser could be opened\. Start .* --no-open"/],
  ])('say how to get in: %j', (state, words) => {
    expect(invitation({ demo: false, ...state })).toMatch(words);
  });
});
