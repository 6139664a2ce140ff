import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | undefined;

/**
 * V8's own collection, which a program sees under a flag only; nothing where a runtime does not take the flag. It is meant
 * for buffers and long texts, which V8 is in no hurry to collect. It takes some tens of milliseconds.
 */
export function collectGarbage(): void {
  collector ??= makeCollector();
  collector();
}

function makeCollector(): () => void {
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  } catch {
    return () => undefined;
  }
}
