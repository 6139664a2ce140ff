import { useStudio } from '../../session/studio.ts';
import { Button } from '../../parts/button.tsx';

/** One picture, its variations beside each other, what it was before, or both with a cut between. */
export type Mode = 'one' | 'side' | 'before' | 'split' | 'after';

/** The choice among the ways in which a picture can be shown. */
export function StageMode({
  mode,
  modes,
  onMode,
}: {
  mode: Mode;
  modes: readonly Mode[];
  onMode: (mode: Mode) => void;
}) {
  const { t } = useStudio();
  return (
    <>
      <span class="sep" />
      {modes.map((one) => (
        <Button
          key={one}
          look="ghost"
          pressed={one === mode}
          {...(one === 'split' ? { icon: 'split' as const } : {})}
          onPress={() => onMode(one)}
        >
          {t.zoom[one]}
        </Button>
      ))}
    </>
  );
}
