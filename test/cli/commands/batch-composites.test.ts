import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { withoutComposites } from '../../support/program/changed-program.ts';
import { start } from '../../support/program/command.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

test(
  'a batch whose composites cannot be made ends with 1 and says so; the same command makes them later, and pays nothing',
  { tags: 'long' },
  async () => {
    const installation = await TestInstallation.create();
    const adobe = await installation.emulator({ latencyMs: 50 });
    try {
      await mkdir(join(installation.folder, 'staff'));
      await writeFile(join(installation.folder, 'staff', 'anna.png'), await plain(80, 60).png().toBuffer());
      const mask_shapes = [{ shape: 'rectangle', x: 30, y: 30, width: 40, height: 40 }];
      const common = JSON.stringify({ mask_shapes, prompt: 'a lamp' });
      const run = (extra: Record<string, string>) => {
        const args = ['batch', '--folder', 'staff', '--out', 'new', '--json', common];
        const env = installation.environment(adobe, { FIREFLY_RPM: '600', ...extra });
        return start(args, { cwd: installation.folder, env }).ended;
      };
      const files = () => readdirSync(join(installation.folder, 'new')).filter((name) => !name.startsWith('manifest'));

      const first = await run(withoutComposites());
      expect(first.out + first.err).toContain('1 item could not be put into its picture and is as Adobe painted it');
      expect(first.code).toBe(1);
      expect(files()).toEqual(['anna-by-adobe.jpg']);
      const second = await run({});
      expect(second).toMatchObject({ code: 0, out: expect.stringContaining('All pictures are saved') });
      expect(files()).toEqual(['anna-by-adobe.jpg', 'anna.png']);
      expect(adobe.control.submits()).toHaveLength(1);
    } finally {
      await installation.end();
    }
  },
);
