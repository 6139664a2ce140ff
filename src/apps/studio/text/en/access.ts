import type { Access } from '../../model/answers.ts';
import type { Formats } from '../formats.ts';

/** Texts about who answers, and whether the access to it works. */
export function accessTexts(f: Formats) {
  return {
    access: 'Access',
    accessOf: ({ service, works }: Access) => {
      if (service === 'emulator') return 'Demo: the emulator answers. Adobe is not asked.';
      if (works === undefined) return 'Adobe is being asked.';
      return works ? 'Live: Adobe answers, and your access works.' : 'Your access to Adobe does not work.';
    },
    accessSaid: (seconds: number) => `Said ${f.duration(seconds)} ago.`,
  };
}
