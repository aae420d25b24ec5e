import { widthOf } from './charts/size.ts';

/**
 * Colours of charts as they stand in the SVG, and what they become in the dark. Series are Okabe and Ito's ("Color
 * Universal Design", 2008), which colour-blind people tell apart.
 */
export const ink = {
  text: '#57606a',
  grid: '#d8dee4',
  reference: '#0072b2',
  current: '#d55e00',
  quiet: '#8c96a0',
} as const;

const darkInk: Readonly<Record<keyof typeof ink, string>> = {
  text: '#9aa7b4',
  grid: '#30363d',
  reference: '#56b4e9',
  current: '#e69f00',
  quiet: '#6e7781',
};

/** Presentation attributes give way to rules, so one rule a colour turns every chart dark. */
const darkCharts = Object.entries(ink)
  .map(([name, light]) => {
    const dark = Object.entries(darkInk).find(([key]) => key === name)?.[1] ?? light;
    return `svg [fill="${light}"]{fill:${dark}}svg [stroke="${light}"]{stroke:${dark}}`;
  })
  .join('');

const light =
  '--page:#f6f8fa;--card:#fff;--ink:#1f2328;--muted:#57606a;--line:#d8dee4;--good:#1a7f37;--bad:#b3261e;--wait:#7d4e00;--good-wash:#e6f6ea;--bad-wash:#fdecea;--wait-wash:#fff5dc;--code:#f0f3f6;';
const dark =
  '--page:#0d1117;--card:#161b22;--ink:#e6edf3;--muted:#9aa7b4;--line:#30363d;--good:#56d364;--bad:#ff8b82;--wait:#e3b341;--good-wash:#12261a;--bad-wash:#2d1513;--wait-wash:#2a2110;--code:#1f2630;';

/** The one style sheet of every page. */
export const styleSheet = `
:root{color-scheme:light dark;${light}--a:${ink.reference};--b:${ink.current}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1rem 4rem}
header{margin-bottom:1.5rem}
section>:last-child,section>:last-child>:last-child{margin-bottom:0}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:0 0 .25rem;overflow-wrap:anywhere}
p{margin:.25rem 0 .75rem;max-width:48rem;overflow-wrap:anywhere}
.muted,figcaption,.note{color:var(--muted);font-size:.875rem}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.25rem;margin:0 0 1rem}
.verdict{border:1px solid var(--line);border-left:6px solid var(--muted);font-size:1.1rem;font-weight:600}
.verdict p{margin:0;max-width:none}
.verdict.good{border-left-color:var(--good);background:var(--good-wash)}
.verdict.bad{border-left-color:var(--bad);background:var(--bad-wash)}
.verdict.wait{border-left-color:var(--wait);background:var(--wait-wash)}
.verdict ul{margin:.5rem 0 0;padding-left:1.2rem;font-weight:400;font-size:1rem}
.mark{display:inline-block;font-size:.8125rem;font-weight:600;border-radius:99px;padding:.05rem .6rem;border:1px solid currentColor;white-space:nowrap;color:var(--muted)}
.mark.good{color:var(--good)}.mark.bad{color:var(--bad)}.mark.wait{color:var(--wait)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0 0 1rem}
.figures div{border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem}
.figures dt{color:var(--muted);font-size:.8125rem;overflow-wrap:anywhere}
.figures dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1.5rem}
.charts.of2{grid-template-columns:repeat(2,minmax(0,1fr))}.charts.of1{grid-template-columns:minmax(0,1fr)}
.charts+.scroll,.charts+table{margin-top:1rem}
figure{margin:0;min-width:0}
figcaption{margin-top:.35rem;max-width:48rem}
.narrow{display:none}svg{display:block;max-width:100%;height:auto;overflow:visible}figure svg{width:100%}
a{color:var(--a)}
nav.beside{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.5rem;font-size:.875rem}
.scroll{overflow-x:auto;margin:0 -.25rem;padding:0 .25rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word;max-width:26rem}
th{color:var(--muted);font-weight:600;font-size:.8125rem;white-space:nowrap}
tbody th{color:inherit;font-weight:inherit;font-size:inherit;white-space:normal}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.n+td:not(.n),.n+th:not(.n){padding-left:1rem}
.key{display:inline-flex;gap:1.25rem;margin:0 0 .75rem;font-size:.875rem;color:var(--muted)}
.key span::before{content:"";display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.4rem;background:var(--a);vertical-align:-1px}
.key .current::before{background:var(--b)}
pre,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
pre{background:var(--code);border-radius:8px;padding:.75rem 1rem;overflow-x:auto;margin:.5rem 0 .75rem;line-height:1.45}
.typed::before{content:"$ ";color:var(--muted)}
ol.steps{list-style:none;margin:0;padding:0;counter-reset:step}
ol.steps>li{counter-increment:step}
ol.steps>li>section{border-left:4px solid var(--line)}ol.steps>li.good>section{border-left-color:var(--good)}ol.steps>li.bad>section{border-left-color:var(--bad)}ol.steps>li.wait>section{border-left-color:var(--wait)}
.event{padding:.5rem 0;border-top:1px solid var(--line)}h2+.event{border-top:0;padding-top:0}.event p{margin:0;max-width:none}.event .figures{margin:.5rem 0}.event details{margin-top:.25rem}
ol.steps h2::before{content:counter(step);display:inline-block;min-width:1.7rem;height:1.7rem;line-height:1.7rem;text-align:center;border-radius:99px;background:var(--code);margin-right:.6rem;font-size:.875rem}
.finding{border-bottom:1px solid var(--line);padding:.75rem 0}.finding:last-child{border-bottom:0;padding-bottom:0}.finding p{margin:.15rem 0;max-width:none}.finding ul{margin:.15rem 0;padding-left:1.2rem}
summary{cursor:pointer;color:var(--muted);font-size:.875rem}
td.heat0{background:transparent}td.heat1{background:#0072b222}td.heat2{background:#0072b244}td.heat3{background:#0072b266}td.heat4{background:#0072b288}
td[class*=heat] .muted,td[class*=cold] .muted{color:inherit}
td.cold1{background:#d55e0022}td.cold2{background:#d55e0044}td.cold3{background:#d55e0066}td.cold4{background:#d55e0088}
.scroll+h3{margin-top:1.5rem}.alone{width:auto;min-width:min(100%,34rem)}
.map{width:auto}.map td{padding:.3rem .4rem;text-align:center;min-width:2.6rem}.map th{padding-right:.6rem}.map thead th{text-align:center}.map tbody th{color:var(--muted);font-weight:600;font-size:.8125rem;white-space:nowrap;max-width:14rem;overflow:hidden;text-overflow:ellipsis}
footer{color:var(--muted);font-size:.8125rem}
@media(max-width:56rem){.charts{grid-template-columns:repeat(2,minmax(0,1fr))}.charts.of2{grid-template-columns:minmax(0,1fr)}.charts.of1 figure{overflow-x:auto}.charts.of1 svg{min-width:${widthOf[1]}px}}
@media(max-width:40rem){.charts,.charts.of2{grid-template-columns:minmax(0,1fr)}figure{overflow-x:auto}.charts.of2 svg{min-width:${widthOf[2]}px}.charts.of1 svg{min-width:${widthOf[1]}px}.roomy{display:none}.narrow{display:block}.charts .narrow svg{min-width:0;max-width:28rem}.scroll>table{width:max-content;min-width:100%}th,td{max-width:17rem}.columns td:nth-child(2){min-width:0}.map td{min-width:2.4rem}.map tbody th{min-width:0}main{padding:1rem .75rem 3rem}section{padding:1rem}section>:last-child,section>:last-child>:last-child{margin-bottom:0}
h1{font-size:1.4rem}}
@media screen and (prefers-color-scheme:dark){:root{${dark}--a:${darkInk.reference};--b:${darkInk.current}}${darkCharts}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}main{max-width:none;padding:0}section{border-color:#ccc;padding:.75rem;break-inside:auto}h2,h3{break-after:avoid}figure,tr,.finding,.verdict{break-inside:avoid}nav.beside{display:none}.charts{grid-template-columns:repeat(3,minmax(0,1fr));gap:.75rem}.charts.of2{grid-template-columns:repeat(2,minmax(0,1fr))}.charts.of1{grid-template-columns:minmax(0,1fr)}.charts.of1 svg,.charts.of2 svg{min-width:0}.scroll,.charts.of1 figure,.charts.of2 figure{overflow:visible}table{font-size:8.5pt}th,td{white-space:normal;overflow-wrap:anywhere;padding-right:.4rem}td:not(.n),tbody th{min-width:0}pre{white-space:pre-wrap}td,.verdict,.mark,.key span::before{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim();
