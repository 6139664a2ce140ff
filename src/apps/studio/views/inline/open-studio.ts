import type { Route } from '../../session/route.ts';
import { useStudio } from '../../session/studio.ts';

/** Asks the host for the whole window and goes to a view there; where the host refuses, the view opens in place. */
export function useOpenStudio(): (route: Route) => void {
  const studio = useStudio();
  return (route) => {
    void studio.bridge
      .requestDisplayMode('fullscreen')
      .catch(() => 'inline' as const)
      .then((mode) => {
        studio.expanded.set(true);
        if (mode !== 'fullscreen') studio.say(studio.t.openStudio);
        studio.go(route);
      });
  };
}
