import { useEffect, useState } from 'preact/hooks';
import type { Listing } from '../../model/answers.ts';
import { isLeftBlank } from '../../session/painting/left-blank.ts';
import type { PaintingSession } from '../../session/painting/painting-session.ts';

/** A mask as old as this is another day's work. */
const KEPT_FOR = '1d';

/** Takes up the mask that was asked for, else the newest one of today. */
export function useKept(session: PaintingSession, mask: string | undefined) {
  const [back, setBack] = useState<{ at: string } | undefined>(undefined);
  const { studio, picture } = session;
  useEffect(() => {
    if (mask !== undefined) return session.begin(mask);
    let isOpen = true;
    const query = { made_from: picture.image, kind: 'mask', tool: 'draft', limit: 1, since: KEPT_FOR };
    void studio.call<Listing>('list_images', query).then(({ images = [] }) => {
      const [newest] = images;
      if (!isOpen || newest === undefined || session.history.value.steps.length > 0) return;
      if (newest.width !== picture.width || newest.height !== picture.height) return;
      if (isLeftBlank(picture.image, newest.image)) return;
      session.begin(newest.image);
      setBack({ at: newest.created_at });
    });
    return () => void (isOpen = false);
  }, [session, mask, studio, picture]);
  if (back === undefined) return undefined;
  return {
    at: back.at,
    close: () => setBack(undefined),
    discard: () => {
      session.do({ kind: 'clear' });
      setBack(undefined);
    },
  };
}
