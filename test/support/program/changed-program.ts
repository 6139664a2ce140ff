import type { KillPoint } from '../../../src/jobs/engine/engine-context.ts';

/** The function of the built program that does nothing at each kill point (`createJobs`). */
const DOES_NOTHING = 'failpoint ?? (() => void 0)';

/**
 * Environment in which the built program kills itself, as SIGKILL does, the first time that it comes to a kill point. The
 * program asks no environment: all else is what ships.
 */
export function dyingAt(point: KillPoint): Record<string, string> {
  const dies = `failpoint ?? ((at) => { if (at === '${point}') process.kill(process.pid, 'SIGKILL'); })`;
  return changed({ file: '/dist/', text: DOES_NOTHING, by: dies });
}

/**
 * Environment in which the built program gets a signal, as from a Ctrl-C, the first time that it comes to a kill point. It
 * goes on from there once its handlers have heard of it.
 */
export function signalledAt(point: KillPoint, signal: 'SIGINT' | 'SIGTERM'): Record<string, string> {
  const heard = `new Promise((go) => { process.once('${signal}', () => setImmediate(go)); process.kill(process.pid, '${signal}'); })`;
  const signalled = `failpoint ?? ((at) => {
    if (at !== '${point}' || globalThis.isSignalled) return undefined;
    globalThis.isSignalled = true;
    return ${heard};
  })`;
  return changed({ file: '/dist/', text: DOES_NOTHING, by: signalled });
}

/** Environment in which the built program's composite worker ends as soon as it is started. */
export function withoutComposites(): Record<string, string> {
  return changed({ file: '/dist/composite-worker.js', text: '', by: 'throw new Error("no composites");' });
}

/** A hook of Node's module loader, in the program and its threads, puts another text in place of one, where it occurs. */
function changed({ file, text, by }: { file: string; text: string; by: string }): Record<string, string> {
  const hook = `export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (loaded.format !== 'module' || !url.includes(${JSON.stringify(file)})) return loaded;
    return { ...loaded, source: String(loaded.source).replace(${JSON.stringify(text)}, () => ${JSON.stringify(by)}) };
  }`;
  const preload = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hook))});`;
  return { NODE_OPTIONS: `--import=${dataUrl(preload)}` };
}

function dataUrl(module: string): string {
  return `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`;
}
