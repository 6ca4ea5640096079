/** The one style sheet of the pages. */
export const STYLE = `
:root { color-scheme: light; --ink: #1d2430; --soft: #5b6675; --line: #dfe4ea; --paper: #f4f6f8; --brand: #0b6b5d; --bad: #a3231f; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif; }
a { color: var(--brand); }
a:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-radius: 4px; }
header.top { background: #fff; border-bottom: 1px solid var(--line); }
header.top > div, main { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header.top > div { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: center; min-height: 60px; }
header.top strong { font-size: 17px; }
nav { display: flex; gap: 4px; margin-inline-start: auto; }
nav a { padding: 6px 12px; border-radius: 8px; text-decoration: none; color: var(--ink); }
nav a[aria-current] { background: #e3f1ee; color: #084f45; font-weight: 600; }
main { padding-block: 24px 56px; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 28px 0 10px; }
.lead, .soft, time { color: var(--soft); }
.lead { margin: 0 0 20px; }
time, .small { font-size: 13px; }
.empty { background: #fff; border: 1px dashed #b9c2cc; border-radius: 12px; padding: 28px; color: var(--soft); text-align: center; }
.tag { font-size: 12px; border-radius: 99px; padding: 1px 9px; background: #e8edf2; color: #3a4553; white-space: nowrap; }
.tag.good { background: #ddf1e6; color: #14582f; } .tag.bad { background: #fbe3e1; color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 14px; padding: 0; margin: 0; list-style: none; }
.tile { background: #fff; border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; display: grid; gap: 4px; align-content: start; }
.tile > div:first-child { display: flex; justify-content: space-between; gap: 8px; align-items: baseline; }
.tile p { margin: 0; }
.tile p:not(.head) { overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.rows { background: #fff; border: 1px solid var(--line); border-radius: 12px; list-style: none; margin: 0; padding: 0; overflow: hidden; }
.rows li + li { border-top: 1px solid var(--line); }
.rows a { display: grid; grid-template-columns: minmax(0, 15em) minmax(0, 1fr) auto; gap: 2px 18px; padding: 11px 16px; color: inherit; text-decoration: none; align-items: baseline; }
.rows a:hover { background: #f7faf9; }
.rows .line { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.phone { width: min(390px, 100%); margin: 0 auto; background: #15181d; border-radius: 46px; padding: 12px; box-shadow: 0 18px 40px #1d243033; }
.screen { background: #fff; border-radius: 35px; min-height: 640px; max-height: 780px; overflow: hidden; display: flex; flex-direction: column; }
.screen .bar { text-align: center; padding: 22px 16px 10px; border-bottom: 1px solid var(--line); }
.screen .bar h1 { font-size: 17px; margin: 0; }
.thread { padding: 14px; overflow-y: auto; flex: 1; display: flex; flex-direction: column-reverse; gap: 14px; list-style: none; margin: 0; }
.thread .meta { display: flex; gap: 8px; align-items: center; margin-bottom: 6px; flex-wrap: wrap; }
.thread li { flex: none; }
.bubble { background: #e9ebef; border-radius: 18px; border-bottom-left-radius: 5px; padding: 9px 14px; max-width: 88%; width: fit-content; white-space: pre-wrap; overflow-wrap: anywhere; }
.bubble.lost { background: #fff; border: 1px dashed #d08b88; }
.lock { background: linear-gradient(160deg, #16403c, #2c6e63 55%, #d0b27c); padding: 40px 14px 24px; gap: 10px; min-height: 640px; overflow-y: auto; }
.lock .clock { color: #fff; text-align: center; font-size: 54px; font-weight: 300; line-height: 1.1; margin: 0; }
.lock .day { color: #fff; text-align: center; margin: 0 0 18px; }
.card { background: #fffffff2; border-radius: 18px; padding: 11px 15px; }
.card p { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; } .head { display: flex; justify-content: space-between; gap: 8px; font-size: 13px; color: #4a5563; }
.title { font-weight: 650; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
.mail { background: #fff; border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.mail > header { padding: 18px 20px; border-bottom: 1px solid var(--line); }
.mail dl, details dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px; margin: 8px 0 0; font-size: 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 620px; border: 0; background: #fff; }
details { background: #fff; border: 1px solid var(--line); border-radius: 12px; margin-top: 14px; padding: 12px 20px; }
summary { cursor: pointer; font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 inherit; font-family: inherit; margin: 10px 0 0; }
@media (max-width: 640px) { .rows a { grid-template-columns: minmax(0, 1fr) auto; } .rows .line.wide { grid-column: 1 / -1; grid-row: 2; } nav { margin-inline-start: -12px; } header.top > div { padding-block: 10px 6px; } }
`;
