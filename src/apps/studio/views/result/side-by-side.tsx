import type { Work } from '../../model/answers.ts';
import { Tile } from '../../parts/picture.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { type Mode, StageMode } from './stage-mode.tsx';

/** All variations at once, as large as there is room. */
export function SideBySide(props: { work: Work; mode: Mode; modes: readonly Mode[]; onMode: (mode: Mode) => void }) {
  const { work, mode, modes, onMode } = props;
  const studio = useStudio();
  const chosen = useStore(studio.chosen);
  const { t } = studio;
  return (
    <div class="stage">
      <div class={`beside count-${work.images?.length ?? 0}`}>
        {(work.images ?? []).map(({ image, width, height }, place) => (
          <Tile
            key={image}
            image={image}
            quality="large"
            ratio={width / height}
            label={t.card.variation(place + 1)}
            number={String(place + 1)}
            pressed={place === chosen}
            onPress={() => studio.choose(place)}
          />
        ))}
      </div>
      <div class="floatbar fb-top" role="toolbar" aria-label={t.zoom.view}>
        <StageMode mode={mode} modes={modes} onMode={onMode} />
      </div>
    </div>
  );
}
