import type { Entry, Made } from '../../model/answers.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown, Tile } from '../../parts/picture.tsx';
import { useStudio } from '../../session/studio.ts';
import { useOpenStudio } from './open-studio.ts';

/** Tiles that a chat has room for. */
const MOST_TILES = 8;

/** A mask in the chat: on its picture, with the way to the painter. */
export function MaskCard({ made }: { made: Made }) {
  const { t, bridge } = useStudio();
  const open = useOpenStudio();
  const [mask] = made.images ?? [];
  const { made_for: image, open_percent: percent } = made;
  if (mask === undefined || image === undefined) return null;
  const ratio = mask.width / mask.height;
  return (
    <div class="in-card">
      <div class="overlaid" style={{ '--ar': ratio }}>
        <Shown image={image} quality="large" alt="" ratio={ratio} />
        <span class="tinted">
          <Shown image={mask.image} quality="large" alt={t.paint.tinted} ratio={ratio} />
        </span>
      </div>
      <div class="foot">
        <span class="row">
          <Icon name="paint" small />
          {percent === undefined ? t.paint.tinted : t.card.mask(percent)}
        </span>
      </div>
      {bridge.can.callTools ? (
        <div class="actions">
          <Button look="main" icon="brush" onPress={() => open({ view: 'paint', image, mask: mask.image })}>
            {t.card.paintOn}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** What a search has found, in the chat. */
export function ListingCard({ entries }: { entries: readonly Entry[] }) {
  const studio = useStudio();
  const { t } = studio;
  const open = useOpenStudio();
  return (
    <div class="in-card">
      <div class="four">
        {entries.slice(0, MOST_TILES).map(({ image, width, height, prompt, file }) => (
          <Tile
            key={image}
            image={image}
            ratio={width / height}
            label={prompt ?? file ?? image}
            onPress={() => open({ view: 'picture', image })}
          />
        ))}
      </div>
      {entries.length === 0 ? <p class="quiet">{t.library.noMatch}</p> : null}
      <div class="actions">
        <Button icon="grid" onPress={() => open({ view: 'library' })}>
          {t.library.title}
        </Button>
      </div>
    </div>
  );
}
