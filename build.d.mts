import type { BuildOptions } from 'esbuild';

/** What our bundles have in common. */
export const settings: BuildOptions;
/** Evaluates src/mcp/catalogue.ts and returns the list that it exports. */
export function evaluateCatalogue(): Promise<unknown>;
/** Bundles `entry` into `outdir` as `<name>.js` (`main`), with what `eager` names in one file. Resolves with the number of files. */
export function bundle(options: {
  entry: string;
  outdir: string;
  name?: string;
  eager?: readonly string[];
}): Promise<number>;
