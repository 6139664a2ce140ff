import { useEffect } from 'preact/hooks';
import { useStudio } from '../../session/studio.ts';

/** Elements in which keys are text. */
const FIELDS = 'input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]';

/** Whether a key was meant for a field. */
export function isInField(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.matches(FIELDS);
}

/** Keys of the whole studio: views, variations, all keys. The painter has its own, and takes them first. */
export function useShortcuts(onKeys: () => void): void {
  const studio = useStudio();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isInField(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const views: Readonly<Record<string, () => void>> = {
        g: () => studio.go({ view: 'result' }),
        l: () => studio.go({ view: 'library' }),
        q: () => studio.go({ view: 'queue' }),
        n: () => studio.go({ view: 'new' }),
        '?': onKeys,
      };
      const act = /^[1-4]$/.test(event.key) ? () => studio.choose(Number(event.key) - 1) : views[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [studio, onKeys]);
}
