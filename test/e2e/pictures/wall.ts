import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { TestInstallation } from '../../support/program/test-installation.ts';

/** More pixels than a thread takes (`MOST_THREAD_PIXELS`), and than the server itself ever holds (`hasMorePixels`). */
export const WALL = { width: 6_400, height: 4_000 };

/** A picture of soft spots in the size of `WALL`, to be encoded. */
export function wall(): Sharp {
  const spots = Buffer.alloc(64 * 40 * 3).map((_, at) => 40 + ((at * 7919) % 180));
  return sharp(spots, { raw: { width: 64, height: 40, channels: 3 } }).resize(WALL.width, WALL.height, {
    kernel: 'cubic',
    fit: 'fill',
  });
}

/** Names in the folder for what is not yet a picture. */
export function incoming({ folder }: TestInstallation): readonly string[] {
  const path = join(folder, 'home', 'images', 'incoming');
  return existsSync(path) ? readdirSync(path) : [];
}
