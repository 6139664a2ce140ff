import { useEffect, useState } from 'preact/hooks';
import type { Insets } from '../../model/viewport.ts';

const WIDE: Insets = { top: 66, right: 24, bottom: 132, left: 84 };
/** In low windows the rail has two columns. */
const LOW: Insets = { ...WIDE, left: 118 };
const PHONE: Insets = { top: 66, right: 0, bottom: 190, left: 0 };
/** Where the bars are too narrow for one line. */
const NARROW: Insets = { ...PHONE, top: 108, bottom: 232 };

const PHONE_QUERY = '(max-width: 860px)';
const LOW_QUERY = '(max-height: 860px)';
const NARROW_QUERY = '(max-width: 480px)';

/** Room that the bars of the painter need around the picture. */
export function useInsets(): Insets {
  const read = (): Insets => {
    if (matchMedia(PHONE_QUERY).matches) return matchMedia(NARROW_QUERY).matches ? NARROW : PHONE;
    return matchMedia(LOW_QUERY).matches ? LOW : WIDE;
  };
  const [insets, setInsets] = useState(read);
  useEffect(() => {
    const change = (): void => setInsets(read());
    const queries = [PHONE_QUERY, LOW_QUERY, NARROW_QUERY].map((query) => matchMedia(query));
    for (const query of queries) query.addEventListener('change', change);
    return () => {
      for (const query of queries) query.removeEventListener('change', change);
    };
  }, []);
  return insets;
}
