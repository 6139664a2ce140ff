import { useEffect, useState } from 'preact/hooks';
import type { CustomModels } from '../../model/answers.ts';
import type { Model } from '../../model/choices.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** Time that the form waits for custom models: Adobe lists them, and may be slow or refuse. */
const WAIT_MS = 1500;

/** What a new picture can be made with. */
export interface Offers {
  readonly default: string;
  readonly models: readonly Model[];
  readonly own: NonNullable<CustomModels['models']>;
  readonly styles: readonly string[];
}

/** All that the form offers, at once: nothing on it moves while the rest comes in. Undefined until then. */
export function useOffers(): Offers | undefined {
  const studio = useStudio();
  const [offers, setOffers] = useState<Offers | undefined>(undefined);
  // Without the server there was nothing to offer: once it is back, it is asked again.
  const isAway = useStore(studio.connection) !== 'good' && offers === undefined;
  useEffect(() => {
    if (isAway) return;
    let isOpen = true;
    const own = studio.call<CustomModels>('list_custom_models', { limit: 50 }).then(({ models = [] }) => models);
    const load = async (): Promise<void> => {
      const [models, found] = await Promise.all([
        studio.read<Pick<Offers, 'default' | 'models'>>('firefly://models'),
        studio.read<{ readonly style_presets: readonly string[] }>('firefly://styles'),
        Promise.race([own, new Promise((resolve) => setTimeout(resolve, WAIT_MS))]),
      ]);
      if (models === undefined || !isOpen) return;
      const styles = found?.style_presets ?? [];
      const show = (others: Offers['own']): void => setOffers({ ...models, styles, own: others });
      const late = setTimeout(() => show([]));
      void own.then((others) => {
        clearTimeout(late);
        if (isOpen) show(others);
      });
    };
    void load();
    return () => void (isOpen = false);
  }, [studio, isAway]);
  return offers;
}
