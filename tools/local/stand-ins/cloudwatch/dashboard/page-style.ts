/** The colours of lines: at least 3 to 1 against the ground, and not told apart by red and green alone. */
const LIGHT = ['#0b62c4', '#b3261e', '#107c41', '#8a4baf', '#9a5b00', '#00727a'];
const DARK = ['#7cb7ff', '#ff8a80', '#6fd08c', '#d3a4f0', '#f0b45a', '#5fd0d8'];

const coloursOf = (colours: readonly string[]): string =>
  colours.map((colour, at) => `.c${at}{stroke:${colour}}`).join('');

/** The styles of the page, without the places of its widgets. */
export const STYLE = `:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--text:#1a1d21;--soft:#565d66;--grid:#d9dde2;--mark:#b3261e;--ok:#0f6b38;--link:#0b57ad}
${coloursOf(LIGHT)}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--card:#1e2226;--text:#e8eaed;--soft:#aab2bb;--grid:#3a4047;--mark:#ff8a80;--ok:#6fd08c;--link:#8ab8ff}
${coloursOf(DARK)}}
*{box-sizing:border-box}
body{margin:0;padding:12px;background:var(--ground);color:var(--text);font:14px/1.4 system-ui,sans-serif}
h1{font-size:20px;margin:0 0 4px}
h2{font-size:15px;margin:0}
p{margin:0 0 12px}
a{color:var(--link)}
nav a,nav b{display:inline-block;padding:4px 8px 4px 0}
main{display:grid;grid-template-columns:repeat(24,minmax(0,1fr));grid-auto-rows:minmax(44px,auto);gap:10px}
section{background:var(--card);border:1px solid var(--grid);border-radius:6px;padding:10px;min-width:0;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font-size:11px}
svg .end{text-anchor:end}
svg .middle{text-anchor:middle}
.grid{stroke:var(--grid);stroke-width:1}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.dot{fill:none;stroke-width:6;stroke-linecap:round}
.line.dashed,.key.dashed{stroke-dasharray:5 3}
path.mark{fill:none;stroke:var(--mark);stroke-width:1.5;stroke-dasharray:2 3}
svg text.mark{fill:var(--mark);paint-order:stroke;stroke:var(--card);stroke-width:4px}
table{border-collapse:collapse;width:100%;margin-top:6px;font-size:13px}
th{font-weight:400;text-align:left}
thead th{color:var(--soft)}
th:first-child{width:100%}
td,thead th+th{text-align:right;font-variant-numeric:tabular-nums;padding-left:10px;white-space:nowrap}
th svg{display:inline-block;width:22px;height:10px;margin-right:6px}
.key{stroke-width:3}
.soft{color:var(--soft);margin:4px 0 0;font-size:13px}
.alarms .soft{margin:0}
.alarms{list-style:none;margin:6px 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:6px}
.alarms li{border-left:4px solid var(--grid);padding:1px 8px}
.alarms .ALARM{border-color:var(--mark)}
.alarms .OK{border-color:var(--ok)}
.ALARM b{color:var(--mark)}
.OK b{color:var(--ok)}
dl{margin:6px 0 0;display:flex;flex-wrap:wrap;gap:4px 24px}
dd{margin:0;font-size:24px}
dt{color:var(--soft)}
pre{margin:0;white-space:pre-wrap;font:inherit}
@media (max-width:800px){main{display:block}section{margin-bottom:10px}}
`;
