import { useEffect, useState } from 'preact/hooks';
import type { Picture, Work } from '../../model/answers.ts';
import { isOver } from '../../model/answers.ts';
import { Button } from '../../parts/button.tsx';
import { Tile } from '../../parts/picture.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Waiting } from '../inline/waiting.tsx';
import { Details } from './details.tsx';
import { OutcomeNotice } from './outcome.tsx';
import { SideBySide } from './side-by-side.tsx';
import { Stage } from './stage.tsx';
import type { Mode } from './stage-mode.tsx';

/** A job on its way, then its pictures, one of them large. */
export function ResultView({ onWork }: { onWork: (work: Work) => void }) {
  const studio = useStudio();
  const work = useStore(studio.work);
  const chosen = useStore(studio.chosen);
  const { t } = studio;
  if (work === undefined) return <Empty />;
  const pictures = work.images ?? [];
  const picture = pictures[chosen] ?? pictures[0];
  return (
    <main class={picture === undefined ? 'body one' : 'body'}>
      <div class="stagewrap">
        {picture === undefined ? (
          <div class="stage narrow-stage">
            <div class="centre-card">
              <h1 class="clamp2" dir="auto">
                {work.prompt ?? t.card.untitled}
              </h1>
              {isOver(work.state) || work.error !== undefined ? (
                <OutcomeNotice work={work} onWork={onWork} />
              ) : (
                <Waiting work={work} onWork={onWork} />
              )}
            </div>
          </div>
        ) : (
          <Pictures work={work} picture={picture} />
        )}
      </div>
      {picture === undefined ? null : <Details work={work} picture={picture} onWork={onWork} />}
    </main>
  );
}

function Pictures({ work, picture }: { work: Work; picture: Picture }) {
  const studio = useStudio();
  const { t } = studio;
  const pictures = work.images ?? [];
  const before = earlierOf(work, picture);
  const modes: readonly Mode[] =
    before !== undefined ? ['before', 'split', 'after'] : pictures.length > 1 ? ['one', 'side'] : ['one'];
  const usual: Mode = before === undefined ? 'one' : 'split';
  const [mode, setMode] = useState<Mode>(usual);
  useEffect(() => setMode(usual), [usual, work.job]);
  const alt = work.prompt ?? t.card.untitled;
  return (
    <>
      {mode === 'side' && before === undefined ? (
        <SideBySide work={work} mode={mode} modes={modes} onMode={setMode} />
      ) : (
        <Stage picture={picture} alt={alt} before={before} mode={mode} modes={modes} onMode={setMode} />
      )}
      {pictures.length > 1 ? (
        <div class="strip" role="group" aria-label={t.result.variations}>
          {pictures.map(({ image, width, height }, place) => (
            <Tile
              key={image}
              image={image}
              ratio={width / height}
              label={t.card.variation(place + 1)}
              number={String(place + 1)}
              pressed={image === picture.image}
              onPress={() => studio.choose(place)}
            />
          ))}
        </div>
      ) : null}
    </>
  );
}

/** The picture that an edit began with, where both have one shape, so that they can be laid on each other. */
export function earlierOf({ made_from: from, mask, roles, tool }: Work, picture: Picture): string | undefined {
  const keepsShape = picture.edit !== undefined ? tool !== 'expand_image' : mask !== undefined && tool === undefined;
  return keepsShape ? (roles?.find(({ role }) => role === 'image')?.image ?? from?.[0]) : undefined;
}

function Empty() {
  const studio = useStudio();
  const { t } = studio;
  return (
    <main class="body one">
      <div class="empty">
        <Frames />
        <h1>{t.result.empty}</h1>
        <p class="quiet">{t.result.emptyNote}</p>
        <div class="actions centred">
          <Button look="main" icon="plus" onPress={() => studio.go({ view: 'new' })}>
            {t.library.newPicture}
          </Button>
          <Button icon="grid" onPress={() => studio.go({ view: 'library' })}>
            {t.views.library}
          </Button>
        </div>
      </div>
    </main>
  );
}

/** Empty frames, for places that will hold pictures. */
export function Frames() {
  return (
    <div class="frames" aria-hidden="true">
      <i class="frame-a" />
      <i class="frame-b" />
      <i class="frame-c" />
    </div>
  );
}
