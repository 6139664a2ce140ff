/**
 * The icon of the server, `packaging/icon.svg` as a PNG of 48 pixels (MCP specification, `Icon`). Within the handshake
 * itself: an address could be reached by no host without a network, and by none before a release.
 */
export const ICON = {
  src: `data:image/png;base64,${[
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwBAMAAAClLOS0AAAAMFBMVEUuKlpMaXFNL1tXNGEYGkEgIlB8RnZmPnM+MWtHPnuin7n07/9aUVGGdlnk3Nu7',
    'p20r9tOvAAAABHRSTlP+ADSiVtg2PQAAAAlwSFlzAAALEwAACxMBAJqcGAAAAa9JREFUOMtt1D1Lw0AYB/BnaKHWIqT9BEXRuUV0FY2LUwcL2sFBoR/A',
    'DgW7uBR8WboU+ii4Fd+LWxVBnOVaF8fGTkVUeh9AaOPzXEJI0vsPSfv/5RLuEg4Mw5iNmIGsZKkE6s2JZBmSpiZpgjkdrBqQ3NTBehpSpjYZmNPDKizq',
    'YQ2cOYAvzlwgmqe0nn354SYHfCy83Pjy2+ROwc4gr65KCNERMDPwYLrpgOhY4zsRf/Dg1IFEx+rLoYg/hiAnrF5X3vfeJqH/sSFHlgscF7pymJA2gTcl',
    'BxKfUprvOui0ZEQPfftPd6scwVgLwrJtOeppgIbYlh/O3ZkLiyLiT2HgtbLEqwtHFAVVHkKJFp6482CrwW9HvEI+BFPI75JfaBByiDV+TD0M24iY53Fh',
    'OCao8rh6EKhBbNAAOvig0uQ7IUapx2qh7QPEmCI8nGq4wP8qV1gDfgqdAE/a/AvKlMo10hqQNOgUO2tz58B3jVcHUS3SxZcHB8FP9NKD8m3go1YVLKtT',
    '0RdVlFyYSAkW9LAPqaI2GUjqIQ3GvK7f5S1DO0BtMpO92mRIloL1Hm9L/+6l1QWo6SkqAAAAAElFTkSuQmCC',
  ].join('')}`,
  mimeType: 'image/png',
  sizes: ['48x48'],
};
