import { useEffect, useState } from 'preact/hooks';
import type { Entry, Listing, Work } from '../../model/answers.ts';
import { type Relative, treeOf } from '../../model/lineage.ts';
import { Tile } from '../../parts/picture.tsx';
import { useStudio } from '../../session/studio.ts';

const MOST = 20;

/** What a picture was made from, and what was made of it, as a small tree that can be walked. */
export function Lineage({ image, work }: { image: string; work: Pick<Work, 'made_from' | 'mask'> }) {
  const studio = useStudio();
  const { t } = studio;
  const [children, setChildren] = useState<readonly Entry[]>([]);
  useEffect(() => {
    let isOpen = true;
    setChildren([]);
    if (!studio.bridge.can.callTools) return;
    void studio
      .call<Listing>('list_images', { made_from: image, limit: MOST })
      .then(({ images = [] }) => isOpen && setChildren(images));
    return () => void (isOpen = false);
  }, [image, studio]);
  const { relatives, more } = treeOf(image, { sources: work.made_from ?? [], mask: work.mask }, children, new Map());
  if (relatives.length < 2) return null;
  return (
    <section>
      <h2>{(work.made_from ?? []).length > 0 ? t.result.madeFrom : t.result.madeOfIt}</h2>
      <ul class="tree">
        {relatives.map((relative) => (
          <Row key={`${relative.role}${relative.image}`} relative={relative} />
        ))}
      </ul>
      {more === 0 ? null : <p class="small quiet">{t.result.more(more)}</p>}
    </section>
  );
}

function Row({ relative }: { relative: Relative }) {
  const studio = useStudio();
  const { t } = studio;
  const { image, role, depth, entry } = relative;
  const names = { this: t.result.thisPicture, mask: t.result.aMask, source: t.result.source, child: '' };
  const name = entry?.prompt ?? entry?.file ?? names[role];
  const isHere = role === 'this';
  return (
    <li
      class={`${depth > 0 ? 'kid' : ''} ${depth > 1 ? 'kid2' : ''} ${isHere ? 'here' : ''}`}
      aria-current={isHere ? 'true' : undefined}
    >
      <Tile
        image={image}
        ratio={1}
        label={name === '' ? image : name}
        onPress={() => studio.go({ view: 'picture', image })}
      />
      <span>
        <span class="clamp1" dir="auto">
          {name === '' ? image : name}
        </span>
        {entry === undefined || isHere ? null : <span class="small quiet">{t.result.madeAt(entry.created_at)}</span>}
      </span>
    </li>
  );
}
