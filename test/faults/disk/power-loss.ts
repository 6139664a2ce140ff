import { dirname } from 'node:path';

/**
 * What a power cut may leave of a recorded run (docs/jobs.md#kill-points): every write and every change of a folder that
 * no fsync had followed survives or not, independently of the others. Stricter than today's file systems, on purpose.
 */
export interface Recording {
  readonly steps: readonly Step[];
}

type Step =
  | { readonly kind: 'write'; readonly path: string; readonly data: Buffer }
  | { readonly kind: 'name'; readonly change: 'create' | 'remove'; readonly path: string }
  | { readonly kind: 'name'; readonly change: 'move' | 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'sync'; readonly path: string };

/** The options with which strace records what `recorded` reads. */
export const STRACE = [
  '-f',
  '--seccomp-bpf',
  '-qq',
  '-y',
  '-xx',
  '-s',
  '5000',
  '-e',
  'trace=openat,write,pwrite64,rename,renameat2,link,unlink,fsync,fdatasync,mkdir',
  '-e',
  'signal=none',
];

/** A file whose name survived, but not all of its bytes. */
export const TORN = 'it is torn';
/** The path of standard output in a recording. */
export const STDOUT = '<stdout>';

const CALL = /^(\w+)\((.*)\) += (\d+)/;
/** What a call has opened: its descriptor, and the path in hexadecimal. */
const OPENED = / = (\d+)<((?:\\x[0-9a-f]{2})+)>$/;
const TEXT = /(?:"|<)((?:\\x[0-9a-f]{2})+)(?:"|>)/g;

/** Reads strace's log. An interrupted call counts from its beginning, an fsync from its end. */
export function recorded(log: string, within: string): Recording {
  const open = new Map<string, number>();
  const opened = new Map<string, string>();
  const lines: string[] = [];
  for (const line of log.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const rest = withoutDescriptors(call, opened);
    const [, descriptor, path] = OPENED.exec(call) ?? [];
    if (descriptor !== undefined && path !== undefined) opened.set(descriptor, path);
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const begun = open.get(pid) ?? -1;
    if (resumed && begun >= 0) {
      const whole = `${lines[begun] ?? ''}${resumed[1] ?? ''}`;
      open.delete(pid);
      lines[begun] = /^f(data)?sync/.test(whole) ? '' : whole;
      if (lines[begun] === '') lines.push(whole);
    } else if (rest.endsWith(' <unfinished ...>')) {
      open.set(pid, lines.length);
      lines.push(rest.slice(0, -' <unfinished ...>'.length));
    } else lines.push(rest);
  }
  return { steps: lines.flatMap((line) => stepsOf(line, within)) };
}

const DESCRIPTORS = Buffer.from('/proc/self/fd/')
  .toString('hex')
  .replace(/../g, String.raw`\\x$&`);

/** A call whose paths below a descriptor, as in `/proc/self/fd/23/items`, are below the folder that is open there. */
function withoutDescriptors(call: string, opened: ReadonlyMap<string, string>): string {
  return call.replace(new RegExp(String.raw`"${DESCRIPTORS}((?:\\x3[0-9])+)`, 'g'), (whole, hex: string) => {
    const descriptor = Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString();
    const path = opened.get(descriptor);
    return path === undefined ? whole : `"${path}`;
  });
}

function stepsOf(line: string, within: string): readonly Step[] {
  const [, call = '', text = ''] = CALL.exec(line) ?? [];
  const texts = [...text.matchAll(TEXT)].map(([, hex = '']) => Buffer.from(hex.replaceAll('\\x', ''), 'hex'));
  if (call === 'write' && text.startsWith('1<'))
    return [{ kind: 'write', path: STDOUT, data: texts[1] ?? Buffer.alloc(0) }];
  const paths = texts.map(String).filter((path) => path.startsWith(within));
  // The first path of an openat is the working folder.
  const [path, to] = call === 'openat' ? paths.slice(-1) : paths;
  if (path === undefined) return [];
  if (call === 'write' || call === 'pwrite64') return [{ kind: 'write', path, data: texts[1] ?? Buffer.alloc(0) }];
  if (call === 'fsync' || call === 'fdatasync') return [{ kind: 'sync', path }];
  if (call === 'mkdir' || (call === 'openat' && text.includes('O_CREAT')))
    return [{ kind: 'name', change: 'create', path }];
  if (call === 'unlink') return [{ kind: 'name', change: 'remove', path }];
  if (to === undefined) return [];
  return [{ kind: 'name', change: call === 'link' ? 'link' : 'move', path, to }];
}

/** A row of the database, recognised by a text in its page of the write-ahead log, and the file that it references. */
export interface Promised {
  readonly mark: string;
  readonly path: string;
  /** A folder that survives in any case. */
  readonly root: string;
}

/** A recording that can be cut at any step. */
export class PowerLoss {
  readonly #steps: readonly Step[];
  /** For each step: the content that its path named, and the step that made it durable. */
  readonly #ids: readonly number[];
  readonly #durableAt: readonly number[];

  constructor({ steps }: Recording) {
    this.#steps = steps;
    const names = new Map<string, number>();
    this.#ids = steps.map((step, n) => {
      if (step.kind === 'sync') return names.get(step.path) ?? -1;
      if (step.kind === 'name' && step.change === 'create' && !names.has(step.path)) names.set(step.path, n);
      const id = names.get(step.path) ?? -1;
      if (step.kind === 'name' && (step.change === 'move' || step.change === 'link')) names.set(step.to, id);
      if (step.kind === 'name' && (step.change === 'move' || step.change === 'remove')) names.delete(step.path);
      return id;
    });
    this.#durableAt = steps.map((step, n) =>
      steps.findIndex((other, at) => {
        if (at <= n || other.kind !== 'sync') return false;
        if (step.kind === 'write') return this.#ids[at] === this.#ids[n];
        return step.kind === 'name' && other.path === dirname('to' in step ? step.to : step.path);
      }),
    );
  }

  get length(): number {
    return this.#steps.length;
  }

  /** The step that first wrote this text to a file, durable or not; undefined where none did. */
  writtenAt(mark: string, path: string): number | undefined {
    const at = this.#steps.findIndex((step) => step.kind === 'write' && step.path === path && step.data.includes(mark));
    return at < 0 ? undefined : at;
  }

  /** The step of the fsync that made this text durable; undefined where none did. */
  durableAt(mark: string, path: string): number | undefined {
    const at = this.#durableAt[this.writtenAt(mark, path) ?? -1] ?? -1;
    return at < 0 ? undefined : at;
  }

  /** The steps right after a file has got this name. */
  namedAt(path: string): readonly number[] {
    return this.#steps.flatMap((step, n) => ('to' in step && step.to === path ? [n + 1] : []));
  }

  /** What is wrong with a file after a cut before step `cut`; what is not durable yet survives by `luck`. */
  wrong(path: string, root: string, cut: number, luck: (kind: Step['kind']) => boolean): string | undefined {
    const survived = this.#steps.map((step, n) => n < cut && (this.#isDurable(n, cut) || luck(step.kind)));
    for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
      if (this.#nameOf(folder, survived) === undefined) return `its folder ${folder.slice(root.length)} is missing`;
    }
    const id = this.#nameOf(path, survived);
    if (id === undefined) return 'it is missing';
    const torn = this.#steps.some((step, n) => step.kind === 'write' && this.#ids[n] === id && !survived[n]);
    return torn ? TORN : undefined;
  }

  #isDurable(n: number, cut: number): boolean {
    const at = this.#durableAt[n] ?? -1;
    return at >= 0 && at < cut;
  }

  /** The content that a path names after the changes that survived; undefined where there is none. */
  #nameOf(path: string, survived: readonly boolean[]): number | undefined {
    let id: number | undefined;
    for (const [n, step] of this.#steps.entries()) {
      if (!survived[n] || step.kind !== 'name') continue;
      if ('to' in step && step.to === path) id = this.#ids[n];
      else if (step.path === path && step.change === 'create') id ??= this.#ids[n];
      else if (step.path === path && step.change !== 'link') id = undefined;
    }
    return id;
  }
}
