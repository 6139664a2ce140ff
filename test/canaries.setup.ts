import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { askForPostgres } from './support/postgres/ask.ts';

const Line = z.object({
  ms: z.number(),
  figures: z.array(z.tuple([z.string(), z.object({ count: z.number(), bytes: z.number() })])),
});

/** At least so many bytes of each are searched when all test files run: much less would mean that the search is blind. */
const LEAST: Readonly<Record<string, number>> = {
  file: 20e6,
  output: 100e3,
  message: 300e3,
  result: 100e3,
  log: 20e3,
  rows: 50e3,
};

/** Collects how much each test file searched for secrets, and tells the sum at the end of the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'searched-'));
  const file = join(folder, 'figures.jsonl');
  project.provide('searched', file);
  return async () => {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    await rm(folder, { recursive: true, force: true });
    const parts = lines.map((line) => Line.parse(JSON.parse(line)));
    if (parts.length === 0) return;
    const sums = Object.keys(LEAST).map((artefact) => {
      const own = parts.flatMap(({ figures }) => figures.filter(([name]) => name === artefact).map(([, sum]) => sum));
      const [count, bytes] = [sumOf(own.map((sum) => sum.count)), sumOf(own.map((sum) => sum.bytes))];
      return { artefact, count, bytes };
    });
    const told = sums.map(({ artefact, count, bytes }) => `${count} × ${artefact} (${(bytes / 1e6).toFixed(1)} MB)`);
    const seconds = sumOf(parts.map(({ ms }) => ms)) / 1_000;
    console.error(
      `Secrets were searched for in ${told.join(', ')} of ${parts.length} test files, in ${seconds.toFixed(1)} s.`,
    );
    if (!(await isWhole(project))) return;
    const hasRows = 'url' in (await askForPostgres(project.getProvidedContext().postgresDoor));
    const blind = sums
      .filter(({ artefact, bytes }) => bytes < (LEAST[artefact] ?? 0) && (artefact !== 'rows' || hasRows))
      .map(({ artefact }) => artefact);
    if (blind.length > 0) throw new Error(`The search for secrets has gone blind: ${blind.join(', ')}`);
  };
}

async function isWhole(project: TestProject): Promise<boolean> {
  const all = await Promise.all(project.vitest.projects.map((each) => each.globTestFiles()));
  return project.vitest.state.getFiles().length >= all.reduce((sum, { testFiles }) => sum + testFiles.length, 0);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
