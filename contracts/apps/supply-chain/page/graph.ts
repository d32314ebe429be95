// The history of a good as a drawing: events from the first at the top to the last, goods as lines between them.
import { graphlib, layout } from '@dagrejs/dagre';
import type { Entry } from '../src/proven-ledger.js';
import type { TraceGraph } from '../src/trace.js';
import { shortName, svg } from './elements.js';

const WIDTH = 190;
const HEIGHT = 62;

/** `nameOf`: a company's name by its address. */
export function drawGraph({ events, hops }: TraceGraph, nameOf: (address: string) => string): SVGElement {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 30, ranksep: 26, marginx: 8, marginy: 8 });
  for (const id of events.keys()) graph.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const { from, to, epc } of hops) if (events.has(from)) graph.setEdge(from, to, {}, epc);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const lines = graph.edges().map((edge: { v: string; w: string; name?: string }) => {
    const { points } = graph.edge(edge) as { points: readonly { readonly x: number; readonly y: number }[] };
    const [first, ...rest] = points.map(({ x, y }) => `${x},${y}`);
    const title = svg('title', {}, [shortName(edge.name ?? '')]);
    return svg('path', { d: `M${first} L${rest.join(' ')}` }, [title]);
  });
  const targets = new Set(hops.filter(({ from }) => events.has(from)).map(({ to }) => to));
  const boxes = [...events].map(([id, entry]) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    const kinds = ['event', targets.has(id) ? '' : 'origin', isFlawed(entry) ? 'flawed' : ''];
    const at = `translate(${x - WIDTH / 2},${y - HEIGHT / 2})`;
    return svg('g', { class: kinds.join(' ').trim(), transform: at }, [
      svg('title', {}, [`event ${id}\nrecorded by ${entry.recorder}`]),
      svg('rect', { width: WIDTH, height: HEIGHT }),
      svg('text', { class: 'step', x: 10, y: 18 }, [stepOf(entry)]),
      svg('text', { x: 10, y: 35 }, [`${dayOf(entry)} · ${nameOf(entry.recorder)}`]),
      svg('text', { class: 'goods', x: 10, y: 52 }, [goodsOf(entry)]),
    ]);
  });
  return svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' }, [...lines, ...boxes]);
}

export const stepOf = ({ trace }: Entry): string => trace.bizStep.replace(/^.*BizStep-/, '') || 'event';
export const dayOf = ({ trace }: Entry): string => new Date(Number(trace.time)).toISOString().slice(0, 10);
const isFlawed = ({ findings, aboveYield }: Entry): boolean =>
  aboveYield || findings.some((rules) => rules !== 0);

/** The first goods of an event, and how many more there are. */
function goodsOf({ trace }: Entry): string {
  const [first, second, ...more] = [...trace.goods, ...trace.outputs].map(({ epc }) => shortName(epc));
  const shown = [first, second].filter((name) => name !== undefined).map((name) => name.split(' ')[0]);
  return `${shown.join(', ')}${more.length > 0 ? ` +${more.length}` : ''}`;
}
