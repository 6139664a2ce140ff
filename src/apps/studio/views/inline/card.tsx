import type { Picture, Work } from '../../model/answers.ts';
import { isOver } from '../../model/answers.ts';
import { priceOf } from '../../model/price.ts';
import { Button, IconButton, Ticket } from '../../parts/button.tsx';
import { Compare } from '../../parts/compare.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Tile, usePicture } from '../../parts/picture.tsx';
import { spend } from '../../session/jobs.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { OutcomeNotice } from '../result/outcome.tsx';
import { earlierOf } from '../result/result-view.tsx';
import { FrameGrid, Waiting } from './waiting.tsx';
import { useOpenStudio } from './open-studio.ts';

const VARIATIONS = 4;

/** A job in the chat: compact, at most one main button, as high as what it holds. */
export function Card({ onWork }: { onWork: (work: Work) => void }) {
  const studio = useStudio();
  const work = useStore(studio.work);
  const { t } = studio;
  const open = useOpenStudio();
  if (work === undefined) return <div class="in-card card-empty" aria-busy="true" />;
  const pictures = work.images ?? [];
  return (
    <div class="in-card">
      <div class="head">
        <h2 class="grow clamp2" dir="auto">
          {work.prompt ?? t.card.untitled}
        </h2>
        <IconButton icon="fullscreen" label={t.openStudio} onPress={() => open({ view: 'result' })} />
      </div>
      {pictures.length > 0 ? (
        <Pictures work={work} pictures={pictures} onWork={onWork} />
      ) : isOver(work.state) || work.error !== undefined ? (
        <OutcomeNotice work={work} onWork={onWork} />
      ) : studio.bridge.can.callTools || work.job === undefined ? (
        <Waiting work={work} onWork={onWork} />
      ) : (
        <Still work={work} />
      )}
    </div>
  );
}

/** Where the host passes no calls on, the view shows what it was given, and says so. */
function Still({ work }: { work: Work }) {
  const { t } = useStudio();
  return (
    <>
      <div class="state">
        <Icon name="clock" />
        <b>{t.card.still}</b>
      </div>
      <FrameGrid work={work} still />
      <Notice kind="info" title={t.card.still}>
        <p>{t.card.stillNote}</p>
      </Notice>
    </>
  );
}

function Pictures({
  work,
  pictures,
  onWork,
}: {
  work: Work;
  pictures: readonly Picture[];
  onWork: (work: Work) => void;
}) {
  const studio = useStudio();
  const chosen = useStore(studio.chosen);
  const byPerson = useStore(studio.chosenByPerson);
  const { t } = studio;
  const first = pictures[chosen] ?? pictures[0];
  if (first === undefined) return null;
  const before = earlierOf(work, first);
  const ordered = pictures.length === 1 ? pictures : leading(pictures, chosen);
  return (
    <>
      {before !== undefined && pictures.length === 1 ? (
        <BeforeAfter before={before} picture={first} />
      ) : (
        <div class={pictures.length === 1 ? 'single' : `four count-${pictures.length} ${byPerson ? 'lead' : ''}`}>
          {(byPerson ? ordered : pictures).map((picture) => {
            const place = pictures.indexOf(picture);
            return (
              <Tile
                key={picture.image}
                image={picture.image}
                quality="large"
                ratio={picture.width / picture.height}
                label={t.card.variation(place + 1)}
                {...(pictures.length > 1 ? { number: String(place + 1) } : {})}
                pressed={byPerson && place === chosen}
                onPress={() => studio.choose(place)}
              />
            );
          })}
        </div>
      )}
      <Summary work={work} picture={first} />
      <OutcomeNotice work={work} onWork={onWork} />
      <CardActions work={work} picture={first} onWork={onWork} />
    </>
  );
}

/** The chosen picture first, so that it can be shown large. */
function leading(pictures: readonly Picture[], chosen: number): readonly Picture[] {
  const lead = pictures[chosen];
  return lead === undefined ? pictures : [lead, ...pictures.filter((picture) => picture !== lead)];
}

function BeforeAfter({ before, picture }: { before: string; picture: Picture }) {
  const earlier = usePicture(before, 'large');
  const later = usePicture(picture.image, 'large');
  const ratio = picture.width / picture.height;
  if (later.url === undefined || earlier.url === undefined) {
    return <div class="placeholder" style={{ '--ar': ratio }} />;
  }
  return <Compare before={earlier.url} after={later.url} ratio={ratio} />;
}

function Summary({ work, picture }: { work: Work; picture: Picture }) {
  const studio = useStudio();
  const { t } = studio;
  const demo = useStore(studio.demo);
  const chosen = useStore(studio.chosen);
  const byPerson = useStore(studio.chosenByPerson);
  const count = work.images?.length ?? 0;
  const { edit } = picture;
  return (
    <>
      {byPerson && count > 1 ? (
        <div class="state">
          <Icon name="check" />
          <span>
            {t.card.chosen(chosen + 1)} {studio.bridge.can.tellModel ? t.card.assistantKnows : ''}
          </span>
        </div>
      ) : null}
      <div class="foot">
        <span class="row">
          <Icon name="check" small />
          {edit === undefined
            ? demo
              ? t.card.placeholders(count)
              : t.card.made(count)
            : edit.transition === 0
              ? t.card.untouched
              : t.card.transition(edit.transition)}
        </span>
        {work.cost === undefined || demo ? null : (
          <span class="row">
            <Icon name="ticket" small />
            {t.card.cost(work.cost)}
          </span>
        )}
      </div>
    </>
  );
}

function CardActions({ work, picture, onWork }: { work: Work; picture: Picture; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const open = useOpenStudio();
  return (
    <div class="actions">
      <Button look="main" icon="fullscreen" onPress={() => open({ view: 'result' })}>
        {t.openStudio}
      </Button>
      {studio.bridge.can.callTools ? (
        <>
          <Button icon="paint" onPress={() => open({ view: 'paint', image: picture.image })}>
            {t.act.editPart}
          </Button>
          <Ticket
            second
            icon="vary"
            verb={t.act.vary}
            cost={priceOf('vary_image', VARIATIONS)}
            onSpend={async () => {
              const args = { image: picture.image, count: VARIATIONS };
              const started = await spend(studio, 'vary_image', args);
              onWork({ prompt: work.prompt, ...started });
            }}
          />
        </>
      ) : null}
    </div>
  );
}
