import type { KillPoint } from '../../src/jobs/engine/engine-context.ts';

/** The function of the built program that does nothing at each kill point (`createJobs`). */
const DOES_NOTHING = 'failpoint ?? (() => void 0)';

/**
 * Environment in which the built program kills itself, as SIGKILL does, the first time that it comes to a kill point. The
 * program asks no environment: a hook of Node's module loader puts another function in place of the one that does nothing,
 * and all else is what ships.
 */
export function dyingAt(point: KillPoint): Record<string, string> {
  const dies = `failpoint ?? ((at) => { if (at === '${point}') process.kill(process.pid, 'SIGKILL'); })`;
  const hook = `export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (loaded.format !== 'module' || !url.includes('/dist/')) return loaded;
    return { ...loaded, source: String(loaded.source).replace(${JSON.stringify(DOES_NOTHING)}, () => ${JSON.stringify(dies)}) };
  }`;
  const preload = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hook))});`;
  return { NODE_OPTIONS: `--import=${dataUrl(preload)}` };
}

function dataUrl(module: string): string {
  return `data:text/javascript,${encodeURIComponent(module).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`;
}
