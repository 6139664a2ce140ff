import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

const TEST = import.meta.dirname;
const TABLE = join(TEST, '..', 'docs', 'testing.md');
/** A row of the table of areas: its folder (none for the files beside the folders), the seconds that it may take. */
const ROW = /^\| `test(?:\/([a-z0-9-]+))?` \| (\d+) \|/gm;

/** Seconds that each area may take, by the name of its folder. */
export function sharesIn(document: string): ReadonlyMap<string, number> {
  return new Map(Array.from(document.matchAll(ROW), ([, area = 'top', seconds]) => [area, Number(seconds)]));
}

/** Seconds that each area took; what is at the top of `test` counts as an area named so. */
export function secondsByArea(files: readonly { readonly path: string; readonly ms: number }[]) {
  const sums = new Map<string, number>();
  for (const { path, ms } of files) {
    const parts = path.split(sep);
    const area = parts.length === 1 ? 'top' : (parts[0] ?? '');
    sums.set(area, (sums.get(area) ?? 0) + ms / 1_000);
  }
  return sums;
}

/** Lines about the areas that took more than their share, or that have none. */
export function overdrawn(sums: ReadonlyMap<string, number>, shares: ReadonlyMap<string, number>): readonly string[] {
  return [...sums].flatMap(([area, seconds]) => {
    const share = shares.get(area);
    if (share === undefined) return [`test/${area} has no share in docs/testing.md; it took ${seconds.toFixed(0)} s`];
    return seconds <= share ? [] : [`test/${area} took ${seconds.toFixed(0)} s of its ${share} s`];
  });
}

/**
 * After a whole run: which areas took more than `docs/testing.md` grants them. It never fails a run, since a busy
 * machine is slower than an idle one; it is for the authors of new tests.
 */
export default class AreasReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const projects = this.#vitest?.projects ?? [];
    const all = await Promise.all(projects.map((project) => project.globTestFiles()));
    if (modules.length < all.reduce((sum, { testFiles }) => sum + testFiles.length, 0)) return;
    const files = modules.map((module) => {
      const { duration, collectDuration } = module.diagnostic();
      return { path: relative(TEST, module.moduleId), ms: duration + collectDuration };
    });
    const sums = secondsByArea(files);
    const total = [...sums.values()].reduce((sum, seconds) => sum + seconds, 0);
    const lines = overdrawn(sums, sharesIn(readFileSync(TABLE, 'utf8')));
    console.error(`All areas took ${total.toFixed(0)} s.`, lines.length === 0 ? '' : `\n${lines.join('\n')}`);
  }
}
