import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { promisify } from 'node:util';

/** A browser on disk, and what its process must find in its environment. */
export interface Chromium {
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGE = join(ROOT, 'node_modules/@sparticuz/chromium');

/**
 * The Chromium of `@sparticuz/chromium`, unpacked once into `node_modules/.cache`: 200 MB and some seconds. It brings the
 * libraries and fonts that a bare Linux lacks; what it needs besides is glibc. Undefined where it is not installed, or
 * where the machine is no x64 Linux.
 */
export async function packagedChromium(): Promise<Chromium | undefined> {
  const bin = join(PACKAGE, 'bin');
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(join(bin, 'chromium.br'))) return undefined;
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const folder = join(ROOT, 'node_modules/.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpack(bin, folder);
  const env = { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_FILE: join(folder, 'own-fonts.conf') };
  return { path: join(folder, 'chromium'), env };
}

/** Unpacks beside the folder and renames, so that a run that is stopped leaves no half browser. */
async function unpack(bin: string, folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const browser = join(fresh, 'chromium');
  await pipeline(createReadStream(join(bin, 'chromium.br')), createBrotliDecompress(), createWriteStream(browser));
  await chmod(browser, 0o755);
  for (const archive of ['al2023.tar.br', 'fonts.tar.br']) {
    const tar = join(fresh, 'archive.tar');
    await writeFile(tar, await promisify(brotliDecompress)(await readFile(join(bin, archive))));
    execFileSync('tar', ['-xf', tar, '-C', fresh]);
    await rm(tar);
  }
  const fonts = `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'font-cache')}</cachedir>`;
  await writeFile(join(fresh, 'own-fonts.conf'), `<?xml version="1.0"?><fontconfig>${fonts}</fontconfig>`);
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another run has unpacked it meanwhile.
    if (!existsSync(join(folder, 'chromium'))) throw error;
    await rm(fresh, { recursive: true });
  }
}
