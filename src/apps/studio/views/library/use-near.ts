import { useEffect, useState } from 'preact/hooks';

/** Pictures within so much of the window are loaded; those farther away let go of theirs. */
const NEAR = '120% 0px';

/** Whether an element is near the visible part of `root`. */
export function useNear(
  own: { readonly current: HTMLElement | null },
  root: { readonly current: HTMLElement | null },
): boolean {
  const [inReach, setInReach] = useState(false);
  useEffect(() => {
    const element = own.current;
    if (element === null) return;
    const watch = new IntersectionObserver(([seen]) => setInReach(seen?.isIntersecting ?? false), {
      root: root.current,
      rootMargin: NEAR,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [own, root]);
  return inReach;
}
