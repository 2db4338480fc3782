// Hover and zoom. Each chart is an SVG and stays one until somebody points at it; then dygraphs draws the same figures
// in its place, at the same scale.
'use strict';
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue('--' + name).trim();
  // Its legend has style attributes, which the page's policy forbids; the page has one of its own.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  const live = new Map();  // figure -> its dygraph and what belongs to it
  const dashes = { dashed: [6, 4], dotted: [1, 4] };
  const widths = { thin: 1.2, dashed: 1.5, dotted: 1.5 };

  const digits = (value) => Number.isInteger(value) ? String(value) : Number(value.toPrecision(4)).toString();

  // How a place on x reads.
  const placeText = (axis, x) => {
    if (axis.kind === 'percentile') return 'p' + digits(100 * (1 - Math.pow(10, -x)));
    if (axis.kind === 'seconds') return digits(x) + ' s';
    if (axis.kind === 'look') return 'look ' + digits(x);
    return digits(x) + ' ' + axis.unit;
  };
  const valueText = (axis, y) => {
    if (axis.kind !== 'strength') return digits(y) + (axis.unit ? ' ' + axis.unit : '');
    const odds = digits(Math.pow(10, Math.abs(y)));
    return y === 0 ? 'even' : odds + ' to 1 for ' + (y > 0 ? 'met' : 'missed');
  };

  // A logarithmic x axis is a linear one of logarithms for dygraphs.
  const across = (axis, x) => axis.log ? Math.log10(x) : x;
  const back = (axis, x) => axis.log ? Math.pow(10, x) : x;

  // One row for each x of any line. null: the line has no point there; NaN: it has a gap.
  const rowsOf = ({ x: axis, lines }) => {
    const rows = new Map();
    lines.forEach((line, index) => line.x.forEach((at, i) => {
      const x = across(axis, at);
      if (!rows.has(x)) rows.set(x, [x, ...lines.map(() => null)]);
      rows.get(x)[index + 1] = line.y[i] === null ? NaN : line.y[i];
    }));
    return [...rows.values()].sort((one, other) => one[0] - other[0]);
  };

  // Bands, dividers and limits, beneath the lines.
  const drawBeneath = (data) => (context, area, graph) => {
    const x = (at) => Math.min(area.x + area.w, Math.max(area.x, graph.toDomXCoord(across(data.x, at))));
    const y = (at) => graph.toDomYCoord(at);
    const draw = (stroke, dash, x1, y1, x2, y2) => {
      context.strokeStyle = stroke;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      context.setLineDash([]);
    };
    for (const [from, to, name] of data.bands) {
      context.globalAlpha = 0.16;
      context.fillStyle = colour(name);
      context.fillRect(x(from), area.y, Math.max(1, x(to) - x(from)), area.h);
      context.globalAlpha = 1;
    }
    context.lineWidth = 1;
    for (const at of data.dividers) draw(colour('line'), [], x(at), area.y, x(at), area.y + area.h);
    context.lineWidth = 1.6;
    const isZoomed = graph.xAxisRange().some((end, i) => Math.abs(end - data.whole[i]) > 1e-9);
    for (const limit of data.limits) {
      if (limit.axis === 'x') draw(colour('limit'), [5, 3], x(limit.at), area.y, x(limit.at), area.y + area.h);
      else draw(colour('limit'), [5, 3], area.x, y(limit.at), limit.until === null ? area.x + area.w : x(limit.until), y(limit.at));
      if (isZoomed) drawLabel(context, area, limit, limit.axis === 'x' ? x(limit.at) : area.x + area.w, y);
    }
  };

  // The labels of the SVG stay, until somebody zooms in and they would be at the wrong place.
  const drawLabel = (context, area, limit, at, y) => {
    if (limit.axis === 'x' && (at <= area.x || at >= area.x + area.w)) return;
    context.font = '600 11.5px system-ui, sans-serif';
    context.fillStyle = colour('limit');
    const isLeft = at < area.x + area.w / 2;
    context.textAlign = isLeft ? 'left' : 'right';
    context.fillText(limit.label, at + (isLeft ? 5 : -5), limit.axis === 'x' ? area.y + 12 : y(limit.at) - 5);
  };

  // The axis as it was drawn; more places of it where somebody zooms in.
  const ticker = (axis, place) => (low, high, pixels, options, graph) => {
    const room = (high - low) * 1e-6;
    const ticks = axis.ticks.map(([at, label]) => ({ v: place(at), label }));
    const inside = ticks.filter(({ v }) => v >= low - room && v <= high + room);
    if (inside.length > 1) return inside;
    return Dygraph.numericTicks(low, high, pixels, options, graph).map((tick) => ({
      v: tick.v,
      label: tick.v === undefined ? '' : axis.kind === 'percentile' ? placeText(axis, tick.v) : digits(back(axis, tick.v)),
    }));
  };

  const showFigures = (figure, data, x, points) => {
    const values = new Map(points.map((point) => [point.name, point.yval]));
    figure.querySelectorAll('.now').forEach((place) => {
      const line = data.lines[place.dataset.line];
      const value = values.get(place.dataset.line);
      const isKnown = value !== undefined && value !== null && !Number.isNaN(value);
      place.textContent = isKnown ? (line.name ? line.name + ' ' : '') + valueText(data.y, value) : '';
    });
    figure.querySelector('.at').textContent = x === null ? '' : placeText(data.x, back(data.x, x));
  };

  const group = (figure) =>
    [...document.querySelectorAll('figure.chart')].filter((each) => each.dataset.group === figure.dataset.group);

  // Charts of one group show the same stretch.
  const zoomTo = (figure, window) => {
    for (const each of group(figure)) {
      const chart = bringToLife(each);
      chart.graph.updateOptions({ dateWindow: window || chart.whole });
      chart.button.hidden = window === null;
      chart.plot.classList.toggle('zoomed', window !== null);
    }
  };

  const bringToLife = (figure) => {
    if (live.has(figure)) return live.get(figure);
    const data = JSON.parse(figure.querySelector('script').textContent);
    const plot = figure.querySelector('.plot');
    const box = plot.querySelector('.area-box');
    const top = Number(box.dataset.top);
    const canvas = document.createElement('div');
    canvas.className = 'canvas';
    plot.append(canvas);
    const button = document.createElement('button');
    button.className = 'unzoom';
    button.type = 'button';
    button.textContent = 'Show all';
    button.hidden = true;
    button.addEventListener('click', () => zoomTo(figure, null));
    plot.append(button);
    if (!figure.querySelector('.at')) {
      const at = document.createElement('li');
      at.className = 'at now';
      at.dataset.line = '';
      figure.querySelector('.legend').prepend(at);
    }
    data.whole = [across(data.x, data.x.low), across(data.x, data.x.high)];
    const series = {};
    data.lines.forEach((line, index) => {
      series[index] = {
        color: colour(line.colour),
        strokePattern: dashes[line.look] || null,
        strokeWidth: widths[line.look] || (line.colour === 'vx' ? 1.2 : 2),
        fillGraph: line.look === 'filled',
      };
    });
    const graph = new Dygraph(canvas, rowsOf(data), {
      labels: ['x', ...data.lines.map((line, index) => String(index))],
      series,
      legend: 'never',
      width: plot.clientWidth,
      height: box.clientHeight,
      title: ' ',  // the room for labels above the plot
      titleHeight: top,
      xRangePad: 0,
      connectSeparatedPoints: true,
      fillAlpha: 0.1,
      gridLineColor: colour('faint'),
      axisLineColor: colour('faint'),
      axisLabelFontSize: 11.5,
      highlightCircleSize: 4,
      xAxisHeight: 30,
      dateWindow: data.whole,
      valueRange: [data.y.low, data.y.high + (data.y.high - data.y.low) * 1e-4],  // with the number at the top
      axes: {
        x: { drawGrid: false, ticker: ticker(data.x, (at) => across(data.x, at)) },
        y: { axisLabelWidth: 50, logscale: data.y.log, ticker: ticker({ ...data.y, log: false }, (at) => at) },
      },
      underlayCallback: drawBeneath(data),
      highlightCallback: (event, x, points) => showFigures(figure, data, x, points),
      unhighlightCallback: () => showFigures(figure, data, null, []),
      zoomCallback: (low, high) => zoomTo(figure, [low, high]),
    });
    canvas.addEventListener('dblclick', () => zoomTo(figure, null));
    plot.classList.add('live');
    const chart = { graph, canvas, button, plot, whole: data.whole };
    live.set(figure, chart);
    return chart;
  };

  // Back to the SVG, which has the colours and the width of the moment.
  const putToRest = () => {
    for (const [figure, chart] of live) {
      chart.graph.destroy();
      chart.canvas.remove();
      chart.button.remove();
      chart.plot.classList.remove('live', 'zoomed');
    }
    live.clear();
  };

  for (const figure of document.querySelectorAll('figure.chart'))
    for (const event of ['pointerenter', 'touchstart'])
      figure.addEventListener(event, () => bringToLife(figure), { passive: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', putToRest);
  window.addEventListener('resize', putToRest);
  window.addEventListener('beforeprint', () => {
    putToRest();
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
})();
