import { useEffect, useRef } from 'preact/hooks';
import { isInField } from '../../shell/shortcuts.ts';

/**
 * Keys of the painter, wherever the focus is: after a press on a tool, letters and undo still mean the mask. Fields keep their
 * own keys but for that of the fill, and buttons and toolbars theirs.
 * @param onSpaceUp the key that pans was let go
 * @param onOriginalUp the key that shows the original was let go
 */
export function useKeys(
  onKeyDown: (event: KeyboardEvent) => void,
  onSpaceUp: () => void,
  onOriginalUp: () => void,
): void {
  const latest = useRef(onKeyDown);
  latest.current = onKeyDown;
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if ((event.target as Element).closest('dialog') !== null) return;
      const fills = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      const isLetter = event.key.length === 1 && event.key !== ' ';
      if (fills || ((isLetter || event.key === 'Escape') && !isInField(event))) latest.current(event);
    };
    const up = ({ key }: KeyboardEvent): void => {
      if (key === ' ') onSpaceUp();
      if (key === '\\') onOriginalUp();
    };
    // Before the keys of the whole studio, which mean other views by the same letters.
    document.addEventListener('keydown', down, true);
    document.addEventListener('keyup', up);
    return () => {
      document.removeEventListener('keydown', down, true);
      document.removeEventListener('keyup', up);
    };
  }, []);
}
