import { Dialog } from '../../parts/dialog.tsx';
import { useStudio } from '../../session/studio.ts';

/** All keys, in one window. */
export function Keys({ onClose }: { onClose: () => void }) {
  const { t } = useStudio();
  return (
    <Dialog title={t.keys.title} onClose={onClose}>
      <ul class="klist">
        {t.keys.list.map(([what, keys]) => (
          <li key={what}>
            <span>{what}</span>
            <span>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <p class="small quiet">{t.keys.note}</p>
    </Dialog>
  );
}
