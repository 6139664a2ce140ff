import type { BuildOptions } from 'esbuild';

/** What our bundles have in common. */
export const settings: BuildOptions;
/** Evaluates src/mcp/catalogue.ts and returns the list that it exports. */
export function evaluateCatalogue(): Promise<unknown>;
/** Bundles `entry` into `outdir` as `<name>.js` (`main`). Resolves with the number of bytes written. */
export function bundle(options: { entry: string; outdir: string; name?: string }): Promise<number>;
