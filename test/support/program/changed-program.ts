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

/** Moments while a file for the user is written: half of its bytes are, or all and it has no name, or it has one. */
export type WritingPoint = 'half' | 'whole' | 'named';

const WRITES = 'await handle.writeFile(content);';
const LINKS = 'await link(partial, address);';

/**
 * Environment in which the built program gets a signal the first time that it comes to this point of writing a file for the
 * user. It goes on from there once its handlers have heard of it, or never, as on a disk that takes too long.
 */
export function signalledWriting(
  point: WritingPoint,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
  { isStuck = false }: { readonly isStuck?: boolean } = {},
): Record<string, string> {
  const goes = signal === 'SIGKILL' || isStuck ? '' : `process.once('${signal}', () => setImmediate(go));`;
  const signalled = `(globalThis.isSignalled && !${isStuck}) || await new Promise((go) => {
    // What waits for a disk is not collected.
    (globalThis.waiting ??= []).push(go);
    ${goes}
    if (!globalThis.isSignalled) process.kill(process.pid, '${signal}');
    globalThis.isSignalled = true;
  });`;
  if (point === 'whole') return changed({ file: '/dist/', text: LINKS, by: `${signalled} ${LINKS}` });
  if (point === 'named') return changed({ file: '/dist/', text: LINKS, by: `${LINKS} ${signalled}` });
  const halves = `async function* () {
    const pieces = [];
    for await (const piece of content instanceof Uint8Array ? [content] : content) pieces.push(piece);
    const all = Buffer.concat(pieces);
    yield all.subarray(0, all.length >> 1);
    ${signalled}
    yield all.subarray(all.length >> 1);
  }`;
  return changed({ file: '/dist/', text: WRITES, by: `await handle.writeFile((${halves})());` });
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
