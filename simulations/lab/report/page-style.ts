import { INKS, PALETTES, type Theme } from './palette.ts';

function inks(theme: Theme): string {
  return INKS.map((ink) => `--${ink}:${PALETTES[theme][ink]}`).join(';');
}

/** The report's style sheet: no fonts, pictures or files from elsewhere. */
export function pageStyle(): string {
  return `:root{color-scheme:light dark;${inks('light')};--panel:#f6f8fa;--line:#d5dbe2;--good:#00664b;--bad:#b3261e;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{${inks('dark')};--panel:#1c222b;--line:#364050;--good:#4ed3a6;--bad:#ff8f80;--link:#7cc0ff}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0 auto;max-width:1480px;padding:24px clamp(12px,3vw,40px) 48px;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.25rem;margin:0}
h3{font-size:1.02rem;margin:1.6rem 0 .1rem}
p{margin:.35rem 0;max-width:80ch}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.muted,figcaption span,.note{color:var(--muted)}
.note{font-size:.87rem;margin:0 0 .5rem;max-width:115ch}
.answer{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:baseline;margin:1rem 0 .6rem;font-size:1.12rem}
.answer p{margin:0}
.pass,.fail{font-weight:700;white-space:nowrap}
.pass{color:var(--good)}
.fail{color:var(--bad)}
.badge{border:2px solid;border-radius:6px;padding:0 .5rem;letter-spacing:.03em}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding-bottom:.3rem}
th,td{padding:.28rem .7rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
thead th{vertical-align:bottom;border-bottom:2px solid var(--axis)}
th[scope=row],td.text,th.text{text-align:left;font-weight:400}
td.text{max-width:44ch}
th[scope=row]{position:sticky;left:0;background:var(--ground);min-width:15ch}
tbody tr:hover>*{background:var(--panel)}
td{white-space:nowrap}
td.best{font-weight:700}
th small{display:block;font-weight:400;color:var(--muted)}
details.incident{border:1px solid var(--line);border-radius:8px;margin:1rem 0;padding:0 clamp(10px,1.6vw,22px)}
details.incident[open]{padding-bottom:1rem}
summary{cursor:pointer;padding:.7rem 0}
details.incident>summary{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline;list-style:none}
details.incident>summary::-webkit-details-marker{display:none}
details.incident>summary::before{content:"▸";color:var(--muted);width:.8em}
details.incident[open]>summary::before{content:"▾"}
details.incident>div{scroll-margin-top:4rem}
h1,h2,h3,b,dt{overflow-wrap:anywhere}
ul{margin:.3rem 0;padding-left:1.3rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.4rem 0}
dt{font-weight:600}
dd{margin:0;max-width:90ch;overflow-wrap:anywhere}
.rows{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,max(21rem,calc(var(--columns)*17rem))),1fr));gap:0 2rem}
.row{min-width:0;break-inside:avoid}
.panels{display:grid;align-items:end;gap:.7rem 1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,max(15.4rem,calc((100% - (var(--columns) - 1)*1rem)/var(--columns)))),1fr))}
figure{margin:0;min-width:0;max-width:24rem}
figcaption{display:flex;flex-wrap:wrap;gap:0 .7rem;font-size:.88rem;line-height:1.3}
figure svg{display:block;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;list-style:none;padding:0;margin:.1rem 0 .5rem;font-size:.87rem}
.legend svg{width:30px;height:10px;margin-right:.45rem;vertical-align:middle}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--panel);padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.8rem;font-size:.9rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{body{max-width:none;padding:0;font-size:11px}details.incident{border:0;padding:0;break-before:auto}details::details-content{content-visibility:visible;display:block;height:auto}summary{break-after:avoid}.scroll{overflow:visible}figure,tr{break-inside:avoid}*{print-color-adjust:exact}}`;
}
