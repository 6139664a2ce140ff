import type { Config } from '../../config/resolve.ts';
import { rootFaults } from '../composition/check-folders.ts';
import type { Check, Finding } from './check.ts';

/** Checks of the configuration: what was set and does not count, the defaults of paid tools, and the folders that pictures are read from. */
export function configurationChecks(config: Config, cwd: string | undefined): readonly Check[] {
  return [
    { name: 'configuration', run: async () => judgeWarnings(config.warnings) },
    { name: 'defaults', run: async () => ({ verdict: 'ok', message: inWords(config.defaults) }) },
    { name: 'picture folders', run: async () => judgeRoots(config, cwd) },
  ];
}

function judgeWarnings(warnings: readonly string[]): Finding {
  if (warnings.length === 0) return { verdict: 'ok', message: 'every option that is set is understood' };
  return { verdict: 'warn', message: warnings.join(' '), next: 'Correct these variables, or remove them.' };
}

function inWords(defaults: Config['defaults']): string {
  const pairs = Object.entries(defaults).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? 'none: paid tools take their own' : pairs.join(', ');
}

function judgeRoots(config: Config, cwd: string | undefined): Finding {
  const faults = rootFaults(config);
  if (faults.length > 0) {
    const message = faults.map(({ variable, what }) => `${variable} ${what}`).join('; ');
    return { verdict: 'warn', message, next: 'Correct FIREFLY_ROOTS, or make the folders.' };
  }
  if (config.roots.length > 0) return { verdict: 'ok', message: config.roots.join(', ') };
  if (cwd !== undefined) return { verdict: 'ok', message: 'none: pictures are named by handle, URL or data URI' };
  return {
    verdict: 'warn',
    message: 'none: the working directory does not exist any more',
    next: 'Start the program in a folder that exists, or set FIREFLY_ROOTS.',
  };
}
